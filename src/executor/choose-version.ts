import type { Artifact } from '../agents/artifact.ts'
import { drawnBy } from '../agents/shares.ts'
import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import { refuse } from '../values/fault.ts'
import type { ReleaseId, RunId } from '../values/id.ts'
import type { Kernel } from './kernel.ts'

/** A version that a run will be pinned to, and the release that says so; none where it is simply what the folder has. */
export type Chosen = Artifact & { readonly release?: ReleaseId }

/**
 * The versions that a run takes of its agents. The draw depends on run, agent and shares alone, so that whoever asks again is told the
 * same. Fault: `release.none`.
 */
export async function chooseVersions(
  kernel: Kernel,
  run: RunId,
  folder: readonly Artifact[],
): Promise<readonly Chosen[]> {
  return Promise.all(folder.map((artifact) => choose(kernel, run, artifact)))
}

/** Journals which of the released versions a run took. */
export async function recordDrawn(
  tx: Tx,
  { journal }: Kernel,
  run: Row<'runs'>,
  { name: agent, hash, version }: Chosen,
  release: ReleaseId,
): Promise<void> {
  const payload = { release, agent, hash, version }
  await journal.append(tx, { kind: 'release.drawn', subject: run.subject, origin: 'system', run: run.id, payload })
}

async function choose({ releases, shelf }: Kernel, run: RunId, folder: Artifact): Promise<Chosen> {
  const release = folder.kind === 'agent' ? releases.current(folder.name) : undefined
  if (!release) return folder
  const { name } = folder
  if (release.kind === 'none') refuse('release.none', { agent: name, why: 'all that were used are withdrawn' })
  if (release.kind === 'code') {
    if (releases.withdrawal(folder.hash))
      refuse('release.none', { agent: name, why: `what the folder has, version ${folder.version}, is withdrawn` })
    return folder
  }
  const hash = drawnBy(run, name, release.shares)
  const body = await shelf.agent(hash)
  if (!body) throw new TypeError(`${hash} was released and is not kept`)
  return { hash, kind: 'agent', name, version: body.version, body, release: release.id }
}
