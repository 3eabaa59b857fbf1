import { freshJudgement, type Judgement, judge } from '../../agents/judge.ts'
import { observationsAfter } from '../../agents/observations.ts'
import type { Trial } from '../../agents/trial.ts'
import type { Kernel } from '../../executor/kernel.ts'

/** How a trial stands after all that was observed up to an event. */
export interface Standing {
  readonly judgement: Judgement
  readonly seq: number
}

/** Takes in what was observed since; from the first on without a former standing. The same rows give the same standing. */
export async function standingOf({ store }: Pick<Kernel, 'store'>, trial: Trial, former?: Standing): Promise<Standing> {
  let judgement = former?.judgement ?? freshJudgement(trial.share ?? 'paired')
  let seq = former?.seq ?? trial.seq
  for await (const observed of observationsAfter(store, trial.id, seq)) {
    judgement = judge(judgement, observed)
    seq = observed.seq
  }
  return { judgement, seq }
}
