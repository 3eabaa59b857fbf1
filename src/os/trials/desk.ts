import type { Trial } from '../../agents/trial.ts'
import type { ReplayId, TrialId } from '../../values/id.ts'
import type { Usd } from '../../values/money.ts'
import type { Company } from '../commands.ts'
import type { ReplayPlan, ReplayWish } from './replay.ts'
import type { Replayed } from './replayed.ts'

/** What the desk does with versions at trial. What it takes is loaded when it is asked. */
export interface TrialDesk {
  /**
   * Gives a version a share (1 to 50 percent) of new runs and judges it against the one that does most of the rest. Faults: those of
   * `Os.release`.
   */
  canary(agent: string, version: string, share: number, why: string): Promise<TrialId>
  /** Lets a version repeat what the released one does, without any effect, until its runs have cost `limit`. Faults: as above. */
  shadow(agent: string, version: string, limit: Usd, why: string): Promise<TrialId>
  /** All new runs take this version. Faults: as above. */
  promote(agent: string, version: string, why: string): Promise<void>
  /** Ends the trial: the version takes no new runs, and is not withdrawn. Fault: `release.not-possible`. */
  stop(agent: string, why: string): Promise<void>
  /**
   * Gives the last tasks of an agent to a version again, without any effect. Faults: `input.unknown`, `trial.nothing-recorded`,
   * `release.needs-code`.
   */
  replay(agent: string, version: string, wish: ReplayWish): Promise<ReplayPlan>
  /** What a replay, or a trial in the shadow, would have changed. Fault: `input.unknown`. */
  replayed(id: ReplayId | TrialId): Promise<Replayed>
  /** Ends what of a replay is not done; gives how many runs that were. */
  cancelReplay(id: ReplayId, why: string): Promise<number>
  /** Newest first. */
  history(agent: string): Promise<Trial[]>
  /** Those that run or wait for the operator's word. */
  open(): readonly Trial[]
}

/** The trials of a company. */
export function openTrialDesk(company: Company): TrialDesk {
  const commands = () => import('./commands.ts')
  const replays = () => import('./replay.ts')
  const { trials } = company.kernel
  return {
    canary: async (agent, version, share, why) => (await commands()).canary(company, agent, version, share, why),
    shadow: async (agent, version, limit, why) => (await commands()).shadow(company, agent, version, limit, why),
    promote: async (agent, version, why) => (await commands()).promote(company, agent, version, why),
    stop: async (agent, why) => (await commands()).stopTrial(company, agent, why),
    replay: async (agent, version, wish) => (await replays()).replay(company, agent, version, wish),
    replayed: async (id) => (await import('./replayed.ts')).replayed(company.kernel, id),
    cancelReplay: async (id, why) => (await replays()).cancelReplay(company, id, why),
    history: (agent) => trials.history(agent),
    open: () => trials.all(),
  }
}
