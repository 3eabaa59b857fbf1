import type { AgentBody, Artifact } from '../agents/artifact.ts'
import type { Kernel } from '../executor/kernel.ts'
import { refuse } from '../values/fault.ts'
import { didYouMean } from '../values/nearest.ts'

/** Where versions are looked for: the folder, and what is kept. */
type Shelved = Pick<Kernel, 'artifacts' | 'store'>

/** A version of an agent, and whether it is kept (used or released before) and what the folder has. */
export interface KnownVersion {
  readonly artifact: Artifact<AgentBody>
  /** The event that published it; `null` for what only the folder has. */
  readonly publishedSeq: number | null
  readonly inFolder: boolean
}

// An agent whose text changes every day for years has this many; more are found by their hash.
const mostVersions = 1000
// As many digits of a hash as are asked for at least: one in four thousand million others begins so.
const shortestHash = 8

/** The versions of an agent, newest first. Fault: `input.unknown` for an agent that nobody was ever called. */
export async function versionsOf(kernel: Shelved, agent: string): Promise<KnownVersion[]> {
  const rows = await kernel.store.read
    .selectFrom('artifacts')
    .selectAll()
    .where('kind', '=', 'agent')
    .where('name', '=', agent)
    .orderBy('version', 'desc')
    .limit(mostVersions)
    .execute()
  const folder = kernel.artifacts.get(agent)
  const kept = rows.map(({ hash, version, body, published_seq }): KnownVersion => {
    const artifact = { hash, kind: 'agent', name: agent, version, body: JSON.parse(body) as AgentBody } as const
    return { artifact, publishedSeq: published_seq, inFolder: folder?.hash === hash }
  })
  const newest = kept.toSorted((a, b) => (b.publishedSeq ?? 0) - (a.publishedSeq ?? 0))
  const fresh = folder?.body.kind === 'agent' && !kept.some((one) => one.inFolder)
  const all = fresh
    ? [{ artifact: folder as Artifact<AgentBody>, publishedSeq: null, inFolder: true }, ...newest]
    : newest
  if (all.length === 0) unknownAgent(kernel, agent)
  return all
}

/**
 * The versions that are meant by `4` (each of that number, newest first: an author may have changed the text and not the number) or by the
 * first digits of a hash. Fault: `input.unknown`.
 */
export async function versionsNamed(kernel: Shelved, agent: string, name: string): Promise<readonly KnownVersion[]> {
  const all = await versionsOf(kernel, agent)
  const byNumber = all.filter((one) => String(one.artifact.version) === name)
  const byHash = name.length >= shortestHash ? all.filter((one) => one.artifact.hash.startsWith(name)) : []
  const found = byNumber.length > 0 ? byNumber : byHash
  if (found.length > 0) return found
  refuse('input.unknown', {
    kind: `version of ${agent}`,
    name,
    nearest: ` It has ${[...new Set(all.map((one) => `v${one.artifact.version}`))].join(', ')}.`,
    command: `soloist agent show ${agent}`,
  })
}

/** The newest of the versions that are meant. Fault: `input.unknown`. */
export async function versionNamed(kernel: Shelved, agent: string, name: string): Promise<KnownVersion> {
  const [newest] = await versionsNamed(kernel, agent, name)
  if (!newest) throw new TypeError('a name that is known means a version')
  return newest
}

/** The agents of the company, those of the past included, by name. */
export async function agentNames({ artifacts, store }: Shelved): Promise<string[]> {
  const kept = await store.read
    .selectFrom('artifacts')
    .select('name')
    .distinct()
    .where('kind', '=', 'agent')
    .orderBy('name')
    .limit(mostVersions)
    .execute()
  const folder = [...artifacts.values()].filter((one) => one.kind === 'agent').map((one) => one.name)
  return [...new Set([...folder, ...kept.map((row) => row.name)])].sort()
}

function unknownAgent({ artifacts }: Shelved, name: string): never {
  const agents = [...artifacts.values()].filter((one) => one.kind === 'agent').map((one) => one.name)
  refuse('input.unknown', { kind: 'agent', name, nearest: didYouMean(name, agents), command: 'soloist agent list' })
}
