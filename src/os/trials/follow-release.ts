import type { NewRelease } from '../../agents/release.ts'
import type { Trial } from '../../agents/trial.ts'
import type { TrialMove } from '../../agents/trials.ts'
import type { Kernel } from '../../executor/kernel.ts'
import type { Tx } from '../../store/store.ts'

/** What a trial has shown: in what the version is worse or better, after how many of its runs. */
export type Grounds = Pick<TrialMove, 'because' | 'runs'>

/**
 * What a release means for a trial of that agent: promoted, withdrawn, or no trial any more, because one of the two versions does no new
 * work. Shares that only change leave it as it is: the two versions are compared run by run, whatever their shares.
 */
export async function followRelease(
  tx: Tx,
  kernel: Kernel,
  release: Omit<NewRelease, 'versions'>,
  grounds: Grounds = { because: [], runs: 0 },
): Promise<void> {
  const trial = kernel.trials.open(release.agent)
  const to = trial && after(kernel, trial, release)
  if (!trial || !to) return
  const version = await versionOf(tx, trial.hash)
  await kernel.trials.move(tx, trial, { to, by: release.by ?? 'operator', version, ...grounds })
}

/** The number of a version that is kept. */
export async function versionOf(tx: Tx, hash: string): Promise<number> {
  const row = await tx.db.selectFrom('artifacts').select('version').where('hash', '=', hash).executeTakeFirstOrThrow()
  return row.version
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
