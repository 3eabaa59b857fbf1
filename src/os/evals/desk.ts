import type { AgentBody, Artifact } from '../../agents/artifact.ts'
import type { EvalOutcome } from '../../telemetry/eval-event.ts'
import { Refusal } from '../../values/fault.ts'
import type { RunId } from '../../values/id.ts'
import type { Usd } from '../../values/money.ts'
import type { Company } from '../commands.ts'
import type { FoundEval } from './find.ts'
import type { Recording } from './recorded.ts'

/** Evals of the company's folder, and what versions of agents made of them. */
export interface Evals {
  /** The evals of the folder with their newest results; of one agent, or of all. Faults: `eval.broken`, `input.unknown`. */
  list(agent?: string): Promise<readonly EvalLine[]>
  /**
   * Starts a run that puts a version to an eval. Faults: `input.unknown`, `eval.broken`, `eval.unfit`, `release.needs-code`, `plan.*`,
   * `queue.full`.
   */
  start(wish: EvalWish): Promise<EvalStarted>
  /**
   * What a run came to; `null` while it is under way. Faults: `input.unknown`, `eval.interrupted`, and the run's own where it says nothing
   * of the version: `model.*`, `budget.*`, `eval.not-recorded`, `store.unwritable`.
   */
  result(run: RunId): Promise<EvalResult | null>
}

export interface EvalWish {
  readonly eval: string
  /** Its number or the first digits of its hash; the folder's when left out. */
  readonly version?: string | undefined
  /** Who answers: models, or what they once answered. */
  readonly answers: 'models' | 'recorded'
  /** Keeps the answers of the models for later, in `evals/recorded/`. */
  readonly record: boolean
  /** The most that it may cost. */
  readonly limit: Usd
}

export interface EvalStarted {
  readonly run: RunId
  readonly eval: string
  readonly agent: string
  readonly hash: string
  readonly version: number
}

export interface EvalResult extends EvalOutcome {
  readonly run: RunId
  /** The file in which the answers were kept just now. */
  readonly recorded: string | null
}

/** An eval, and how the version that the folder has did in it last. */
export interface EvalLine {
  readonly name: string
  readonly agent: string
  readonly file: string
  readonly cases: number
  /** `null`: never put to it. `outdated`: the eval has changed since. */
  readonly newest: {
    readonly version: number
    readonly verdict: 'passed' | 'failed'
    readonly score: number
    readonly outdated: boolean
  } | null
}

/** Of a company what evals need. */
export type EvalCompany = Pick<Company, 'kernel' | 'places'>

/** An eval that this process has under way. */
export interface Sitting {
  readonly found: FoundEval
  readonly artifact: Artifact<AgentBody>
  readonly answers: EvalWish['answers']
  /** Filled as models answer; `null` where their answers are not kept. */
  readonly recording: Recording | null
}

/** What that takes is loaded when it is asked for. */
export function openEvals(company: EvalCompany): Evals {
  const sittings = new Map<RunId, Sitting>()
  const result: Evals['result'] = async (run) => (await import('./result.ts')).resultOf(company, sittings, run)
  // Whoever started it may have left before it could go on: what was paid for counts all the same.
  const scoreEnded = async (): Promise<void> => {
    for (const run of [...sittings.keys()])
      await result(run).catch((error) => {
        // It is the run's own fault, which says nothing of the version and stands in its tasks.
        if (!(error instanceof Refusal)) throw error
      })
  }
  return {
    async list(agent) {
      await scoreEnded()
      return (await import('./list.ts')).listEvals(company, agent)
    },
    async start(wish) {
      await scoreEnded()
      return (await import('./start.ts')).startEval(company, sittings, wish)
    },
    result,
  }
}
