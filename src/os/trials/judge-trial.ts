import { type Measure, type Verdict, verdictOn } from '../../agents/judge.ts'
import type { Trial } from '../../agents/trial.ts'
import type { Kernel } from '../../executor/kernel.ts'
import { withdrawWorse } from '../release-commands.ts'
import { versionOf } from './follow-release.ts'
import { type Standing, standingOf } from './standing.ts'

/** Looks at a trial after something was observed. Worse: the system withdraws the version. Better, or no worse for long: it is proposed. */
export async function judgeTrial(kernel: Kernel, trial: Trial, former?: Standing): Promise<Standing> {
  const standing = await standingOf(kernel, trial, former)
  const verdict = verdictOn(standing.judgement)
  const runs = standing.judgement.of.failure.seen.trial
  const now = kernel.trials.open(trial.agent)
  // The operator may have ended it while the rows were read.
  if (now?.id !== trial.id) return standing
  switch (verdict.kind) {
    case 'worse':
      await withdrawWorse(kernel, trial.agent, trial.hash, whyWorse(verdict.measures, runs), {
        because: verdict.measures,
        runs,
      })
      break
    case 'better':
    case 'no-worse':
      if (now.state === 'running') await propose(kernel, trial, verdict, runs)
      break
    case 'too-little':
      break
    default:
      verdict satisfies never
  }
  return standing
}

async function propose(
  kernel: Kernel,
  trial: Trial,
  verdict: Extract<Verdict, { kind: 'better' | 'no-worse' }>,
  runs: number,
): Promise<void> {
  const because = verdict.kind === 'better' ? verdict.measures : []
  await kernel.store.write(async (tx) => {
    const version = await versionOf(tx, trial.hash)
    await kernel.trials.move(tx, trial, { to: 'proposed', by: 'system', version, because, runs })
  })
}

function whyWorse(measures: readonly Measure[], runs: number): string {
  return `At trial, after ${runs} runs: ${measures.map((one) => words[one]).join(', ')}`
}

const words: Record<Measure, string> = {
  failure: 'it fails more often',
  repair: 'its answers miss the form more often',
  rejection: 'you refuse its work more often',
  edit: 'you change more of its work',
  cost: 'it costs more',
  latency: 'it is slower',
}
