import type { NewRelease, Release } from '../../agents/release.ts'
import type { Trial } from '../../agents/trial.ts'
import type { TrialMove, TrialResumed } from '../../agents/trials.ts'
import type { Kernel } from '../../executor/kernel.ts'
import type { Tx } from '../../store/store.ts'
import type { Journal } from '../../telemetry/journal.ts'
import type { ReleaseId } from '../../values/id.ts'

/** What a trial has shown: in what the version is worse or better, after how many of its runs. */
export type Grounds = Pick<TrialMove, 'because' | 'runs'>

/**
 * What a release means for a trial of that agent: promoted, withdrawn, or no trial any more, because one of the two versions does no new
 * work. Shares that only change leave it as it is: the two versions are compared run by run, whatever their shares.
 */
export async function followRelease(
  tx: Tx,
  kernel: Kernel,
  release: Omit<NewRelease, 'versions'> & { readonly id: ReleaseId },
  grounds: Grounds = { because: [], runs: 0 },
): Promise<void> {
  const trial = kernel.trials.open(release.agent)
  const to = trial && after(kernel, trial, release)
  if (!trial || !to) return
  const version = await versionOf(tx, trial.hash)
  await kernel.trials.move(tx, trial, { to, by: release.by ?? 'operator', version, ...grounds, release: release.id })
}

/** A trial that a release has ended, and what it was before. */
export interface EndedTrial {
  readonly trial: Trial
  readonly before: TrialResumed
}

/** The trial that this release has ended. */
export async function endedBy({ trials, journal }: Kernel, release: Release): Promise<EndedTrial | undefined> {
  const later = (await trials.history(release.agent)).filter((trial) => trial.state_seq > release.seq)
  for (const event of await journal.at(later.map((trial) => trial.state_seq))) {
    if (event.kind !== 'trial.ended' || event.payload?.release !== release.id) continue
    const trial = later.find((one) => one.state_seq === event.seq)
    const { before, version } = event.payload
    if (trial) return { trial, before: { ...(await stoodAt(journal, before)), version } }
  }
  return undefined
}

/**
 * Lets the trial go on that a release had ended which this one takes back. Gives false where it stays ended: what the system has withdrawn
 * would be withdrawn again on the same evidence, another version may be at trial by now, or one of the two does no work even so.
 */
export async function resume(
  tx: Tx,
  kernel: Kernel,
  { trial, before }: EndedTrial,
  release: Omit<NewRelease, 'versions'>,
): Promise<boolean> {
  if (trial.by === 'system' || after(kernel, trial, release)) return false
  return kernel.trials.resume(tx, trial, before)
}

/** The number of a version that is kept. */
export async function versionOf(tx: Tx, hash: string): Promise<number> {
  const row = await tx.db.selectFrom('artifacts').select('version').where('hash', '=', hash).executeTakeFirstOrThrow()
  return row.version
}

/** What the event that brought a trial where it stood says. A trial that ended before such were noted had begun, and no more is known. */
async function stoodAt(journal: Journal, seq: number | undefined): Promise<Omit<TrialResumed, 'version'>> {
  const [event] = await journal.at(seq === undefined ? [] : [seq])
  if ((event?.kind !== 'trial.proposed' && event?.kind !== 'trial.resumed') || event.payload === null)
    return { to: 'running', because: [], runs: 0 }
  const { because, runs } = event.payload
  return { to: 'state' in event.payload ? event.payload.state : 'proposed', because, runs }
}

function after(
  { artifacts }: Kernel,
  { hash, baseline, kind, agent }: Trial,
  { shares, withdraws, ...release }: Omit<NewRelease, 'versions'>,
): Extract<TrialMove['to'], 'promoted' | 'withdrawn' | 'stopped'> | undefined {
  if (withdraws.includes(hash)) return 'withdrawn'
  const taking = new Set(release.kind === 'code' ? [artifacts.get(agent)?.hash] : shares.map((one) => one.hash))
  if (taking.has(hash) && taking.size === 1) return 'promoted'
  const isWhole = taking.has(baseline) && taking.has(hash) === (kind === 'canary')
  return isWhole ? undefined : 'stopped'
}
