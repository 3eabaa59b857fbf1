import type { NewRelease, Release } from '../agents/release.ts'
import { demandShares, type Share, sharesWithout } from '../agents/shares.ts'
import type { Kernel } from '../executor/kernel.ts'
import { moveVersion } from '../executor/move-version.ts'
import { letRolesGoOn } from '../executor/route.ts'
import { letGoOn, runsPinnedTo } from '../executor/withdrawn.ts'
import type { Tx } from '../store/store.ts'
import { refuse } from '../values/fault.ts'
import type { ReleaseId, RunId, TaskId } from '../values/id.ts'
import { admit, refuseMisfit, refuseUnfit } from './admit.ts'
import type { Company } from './commands.ts'
import { demandProven } from './evals/proven.ts'
import type { UndoneRelease, WishedShare } from './os.ts'
import { endedBy, followRelease, type Grounds, resume } from './trials/follow-release.ts'
import { type KnownVersion, versionNamed, versionsNamed, versionsOf } from './versions.ts'

type Part = Pick<NewRelease, 'kind' | 'shares'>

/** See `Os.release`. */
export async function release(
  company: Company,
  agent: string,
  wish: readonly WishedShare[] | 'code',
  why: string,
): Promise<ReleaseId> {
  const { kernel } = company
  if (wish === 'code') {
    await refuseFolder(company, agent)
    return make(kernel, { agent, kind: 'code', shares: [], why, cause: 'set', undoes: null, withdraws: [] }, [])
  }
  const chosen = await Promise.all(
    wish.map(async ({ version, share }) => ({ ...(await versionNamed(kernel, agent, version)), share })),
  )
  const shares = chosen.map(({ artifact, share }) => ({ hash: artifact.hash, share }))
  demandShares(agent, shares)
  for (const { artifact, share } of chosen) await admit(company, artifact, share)
  return make(kernel, { agent, kind: 'shares', shares, why, cause: 'set', undoes: null, withdraws: [] }, chosen)
}

/** See `Os.withdraw`. */
export async function withdraw(
  company: Company,
  agent: string,
  version: string,
  why: string,
): Promise<readonly RunId[]> {
  const { kernel } = company
  const all = await versionsOf(kernel, agent)
  const named = await versionsNamed(kernel, agent, version)
  const gone = named.filter(({ artifact }) => !kernel.releases.withdrawal(artifact.hash))
  if (gone.length === 0)
    refuse('release.not-possible', {
      agent,
      verb: 'withdrawn',
      why: `version ${version} is withdrawn already`,
      hint: `See soloist release show ${agent}.`,
    })
  const withdraws = gone.map(({ artifact }) => artifact.hash)
  await make(kernel, withdrawal(kernel, agent, all, withdraws, why), all)
  const pinned = await Promise.all(withdraws.map((hash) => runsPinnedTo(kernel.store.read, agent, hash)))
  return pinned.flat()
}

/** The system withdraws a version that did worse at trial. */
export async function withdrawWorse(kernel: Kernel, agent: string, hash: string, why: string, grounds: Grounds) {
  const all = await versionsOf(kernel, agent)
  await make(kernel, { ...withdrawal(kernel, agent, all, [hash], why), by: 'system' }, all, grounds)
}

function withdrawal(
  kernel: Kernel,
  agent: string,
  all: readonly KnownVersion[],
  withdraws: readonly string[],
  why: string,
): Omit<NewRelease, 'versions'> {
  const rest = whatIsLeft(kernel, agent, all, new Set(withdraws))
  return { agent, ...rest, why, cause: 'withdraw', undoes: null, withdraws }
}

/** See `Os.undoRelease`. */
export async function undoRelease(company: Company, agent: string, why: string): Promise<UndoneRelease> {
  const { kernel } = company
  const all = await versionsOf(kernel, agent)
  const history = await kernel.releases.history(agent)
  const takenBack = new Set(history.map((one) => one.undoes))
  const [last, former] = history.filter((one) => one.cause !== 'undo' && !takenBack.has(one.id))
  if (!last)
    refuse('release.not-possible', {
      agent,
      verb: 'taken back',
      why: 'there is no release of it',
      hint: `See soloist release show ${agent}.`,
    })
  const shares = former?.shares ?? []
  for (const { artifact } of all.filter((one) => shares.some((share) => share.hash === one.artifact.hash)))
    refuseUnfit(company, artifact)
  const kind = former?.kind ?? 'code'
  const wish = { agent, kind, shares, why, cause: 'undo', undoes: last.id, withdraws: [] } as const
  const ended = await endedBy(kernel, last)
  const undone = await kernel.store.write(async (tx) => {
    const id = await makeIn(tx, kernel, wish, all)
    return { release: id, trial: ended ? { id: ended.trial.id, resumed: await resume(tx, kernel, ended, wish) } : null }
  })
  await letRolesGoOn(kernel)
  return undone
}

/** See `Os.moveVersion`. */
export async function moveToVersion(
  { kernel }: Company,
  run: RunId,
  agent: string,
  version: string,
  why: string,
): Promise<readonly TaskId[]> {
  const { artifact } = await versionNamed(kernel, agent, version)
  if (kernel.releases.withdrawal(artifact.hash))
    refuse('release.not-possible', {
      agent,
      verb: 'moved there',
      why: `version ${artifact.version} is withdrawn`,
      hint: 'Take another version.',
    })
  const row = await kernel.store.read.selectFrom('runs').selectAll().where('id', '=', run).executeTakeFirst()
  if (row) refuseMisfit(kernel, await kernel.readPlan(row.plan_hash), artifact, run)
  return moveVersion(kernel, run, artifact, why)
}

/** What the folder has takes all only where it has the agent, and where that version is not withdrawn. */
async function refuseFolder(company: Company, agent: string): Promise<void> {
  const { kernel } = company
  const folder = (await versionsOf(kernel, agent)).find((one) => one.inFolder)
  const no = (why: string, hint: string): never =>
    refuse('release.not-possible', { agent, verb: 'released', why, hint })
  if (!folder) no('the folder has no agent of this name', `See soloist agent show ${agent}.`)
  else if (kernel.releases.withdrawal(folder.artifact.hash))
    no(
      `version ${folder.artifact.version}, which the folder has, is withdrawn`,
      'Change it, or release it by its number.',
    )
  else await demandProven(company, folder.artifact, 100)
}

async function make(
  kernel: Kernel,
  wish: Omit<NewRelease, 'versions'>,
  known: readonly KnownVersion[],
  grounds?: Grounds,
): Promise<ReleaseId> {
  const id = await kernel.store.write((tx) => makeIn(tx, kernel, wish, known, grounds))
  // Whoever takes the work now may be the one that a task waits for, whatever made it so.
  await letRolesGoOn(kernel)
  return id
}

/** A release with all that follows from it, within the caller's transaction; then `letRolesGoOn`. `grounds`: what a trial has shown. */
export async function makeIn(
  tx: Tx,
  kernel: Kernel,
  wish: Omit<NewRelease, 'versions'>,
  known: readonly KnownVersion[],
  grounds?: Grounds,
): Promise<ReleaseId> {
  const versions = new Map(known.map(({ artifact }) => [artifact.hash, artifact.version]))
  const named = new Set([...wish.shares.map((one) => one.hash), ...wish.withdraws])
  for (const { artifact, publishedSeq } of known)
    if (publishedSeq === null && named.has(artifact.hash)) await kernel.shelf.publish(tx, artifact)
  const id = await kernel.releases.make(tx, { ...wish, versions })
  for (const [hash, by] of lifted(kernel, wish, known)) await letGoOn(tx, kernel, wish.agent, hash, by)
  await followRelease(tx, kernel, { ...wish, id }, grounds)
  return id
}

/** The versions that are withdrawn until now and will not be. */
function lifted(
  { releases }: Kernel,
  { shares, undoes }: Pick<NewRelease, 'shares' | 'undoes'>,
  known: readonly KnownVersion[],
): [string, Release][] {
  return known.flatMap(({ artifact: { hash } }): [string, Release][] => {
    const by = releases.withdrawal(hash)
    return by && (by.id === undoes || shares.some((one) => one.hash === hash)) ? [[hash, by]] : []
  })
}

/**
 * Who takes the work of versions that go: the other released ones in proportion; where there is none, the newest that was used before and
 * is not withdrawn; else nobody.
 */
function whatIsLeft(
  { releases, artifacts }: Kernel,
  agent: string,
  all: readonly KnownVersion[],
  gone: ReadonlySet<string>,
): Part {
  const now = releases.current(agent)
  const folder = artifacts.get(agent)?.hash
  const isGone = (hash: string): boolean => gone.has(hash) || releases.withdrawal(hash) !== undefined
  if (now?.kind === 'shares' && now.shares.some((one) => !gone.has(one.hash)))
    return { kind: 'shares', shares: sharesWithout(now.shares, gone) }
  if ((now === undefined || now.kind === 'code') && folder !== undefined && !isGone(folder))
    return { kind: 'code', shares: [] }
  const next = all.find(({ artifact, publishedSeq }) => publishedSeq !== null && !isGone(artifact.hash))
  const shares: Share[] = next ? [{ hash: next.artifact.hash, share: 100 }] : []
  return { kind: next ? 'shares' : 'none', shares }
}
