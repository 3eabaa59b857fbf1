import { compiled } from '../store/compiled.ts'
import type { Store, Tx } from '../store/store.ts'
import type { Journal } from '../telemetry/journal.ts'
import { companyIdentity, type RunId } from '../values/id.ts'
import { canonical, type Json } from '../values/json.ts'
import type { AgentBody, Artifact, FunctionBody, PinnedSkill } from './artifact.ts'
import type { Skill, SkillBody } from './skill.ts'

/** `role`: a task whose plan names a role, by the task's name. */
export type PinKind = Artifact['kind'] | 'role'

/** The artifacts that were ever used, and which of them each run uses. */
export interface Shelf {
  /** Keeps an artifact with its skills when it is first used (event `artifact.published`); later times do nothing. */
  publish(tx: Tx, artifact: Artifact): Promise<void>
  /** Binds a run to a published version, once: the first pin wins. Gives the hash that holds, whoever pinned it. */
  pin(tx: Tx, run: RunId, kind: PinKind, name: string, hash: string): Promise<string>
  /** Binds a run to another published version. */
  repin(tx: Tx, run: RunId, kind: PinKind, name: string, hash: string): Promise<void>
  /** The hash that a run is bound to, or `undefined` when it has not used this doer yet. */
  pinned(run: RunId, kind: PinKind, name: string): Promise<string | undefined>
  /** The body by its hash, or `undefined` when it was never published. */
  agent(hash: string): Promise<AgentBody | undefined>
  fn(hash: string): Promise<FunctionBody | undefined>
  skill(hash: string): Promise<SkillBody | undefined>
}

// Bodies of some 10 KB each, never changed once published.
const maxCachedBodies = 500

type AnyBody = AgentBody | FunctionBody | SkillBody

export function openShelf(store: Store, journal: Journal): Shelf {
  const bodies = new Map<string, AnyBody>()

  async function body(hash: string): Promise<AnyBody | undefined> {
    const cached = bodies.get(hash)
    if (cached) return cached
    const row = await store.read.selectFrom('artifacts').select('body').where('hash', '=', hash).executeTakeFirst()
    if (!row) return undefined
    const read = JSON.parse(row.body) as AnyBody
    if (bodies.size >= maxCachedBodies) bodies.clear()
    bodies.set(hash, read)
    return read
  }

  return {
    publish: (tx, artifact) => publish(tx, journal, artifact),
    async pin(tx, run, kind, name, hash) {
      if ((await insertPin.run(tx.db, { run, kind, name, hash })) === 1) return hash
      const pinned = await pinOf.first(tx.db, { run, kind, name })
      if (!pinned) throw new TypeError(`${name} was pinned and is not`)
      return pinned.hash
    },
    async repin(tx, run, kind, name, hash) {
      if ((await movePin.run(tx.db, { run, kind, name, hash })) !== 1)
        throw new TypeError(`${name} is not pinned in ${run}`)
    },
    async pinned(run, kind, name) {
      return (await pinOf.first(store.read, { run, kind, name }))?.hash
    },
    async agent(hash) {
      const found = await body(hash)
      return found?.kind === 'agent' ? found : undefined
    },
    async fn(hash) {
      const found = await body(hash)
      return found?.kind === 'function' ? found : undefined
    },
    async skill(hash) {
      const found = await body(hash)
      return found?.kind === 'skill' ? found : undefined
    },
  }
}

async function publish(tx: Tx, journal: Journal, artifact: Artifact): Promise<void> {
  const { hash, kind, name, version, body } = artifact
  if (await artifactBy.first(tx.db, { hash })) return
  for (const pinned of body.kind === 'agent' ? (body.skills ?? []) : [])
    await publishSkill(tx, journal, pinned, artifact.skills)
  await keep(tx, journal, { hash, kind, name, version, body })
}

/** Skills have no version of their own: their text is. */
async function publishSkill(tx: Tx, journal: Journal, pinned: PinnedSkill, read: readonly Skill[] = []): Promise<void> {
  const { name, hash } = pinned
  if (await artifactBy.first(tx.db, { hash })) return
  const skill = read.find((one) => one.hash === hash)
  if (!skill) throw new TypeError(`the skill ${name} is pinned, and its text is not at hand`)
  await keep(tx, journal, { hash, kind: 'skill', name, version: 1, body: skill.body })
}

type Kept = Pick<Artifact, 'hash' | 'name' | 'version'> & { readonly kind: AnyBody['kind']; readonly body: AnyBody }

async function keep(tx: Tx, journal: Journal, { hash, kind, name, version, body }: Kept): Promise<void> {
  const payload = { hash, kind, name, version, body: JSON.parse(canonical(body)) as Json }
  const published_seq = await journal.append(tx, {
    kind: 'artifact.published',
    subject: companyIdentity,
    origin: 'operator',
    payload,
  })
  await tx.db
    .insertInto('artifacts')
    .values({ hash, kind, name, version, body: canonical(body), published_seq })
    .execute()
}

type Pinned = { run: RunId; kind: string; name: string }
const insertPin = compiled((db, given: Pinned & { hash: string }) =>
  db
    .insertInto('pins')
    .values({ run_id: given.run, kind: given.kind, name: given.name, hash: given.hash })
    .onConflict((clash) => clash.columns(['run_id', 'kind', 'name']).doNothing()),
)
const movePin = compiled((db, given: Pinned & { hash: string }) =>
  db
    .updateTable('pins')
    .set({ hash: given.hash })
    .where('run_id', '=', given.run)
    .where('kind', '=', given.kind)
    .where('name', '=', given.name),
)
const pinOf = compiled((db, given: Pinned) =>
  db
    .selectFrom('pins')
    .select('hash')
    .where('run_id', '=', given.run)
    .where('kind', '=', given.kind)
    .where('name', '=', given.name),
)
const artifactBy = compiled((db, given: { hash: string }) =>
  db.selectFrom('artifacts').select('hash').where('hash', '=', given.hash),
)
