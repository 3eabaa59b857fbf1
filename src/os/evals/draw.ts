import { z } from 'zod'
import type { Agent } from '../../agents/agent.ts'
import type { AnyEvaluation } from '../../agents/evaluation.ts'
import type { Ref } from '../../planner/ref.ts'
import { type AnyWorkflow, workflow } from '../../planner/workflow.ts'
import type { RetryPolicy } from '../../queue/retry.ts'
import { evalWorkflow } from '../../store/practice.ts'
import type { Tier } from '../../values/doer.ts'
import type { Json } from '../../values/json.ts'
import type { Usd } from '../../values/money.ts'
import { hours, seconds } from '../../values/time.ts'
import type { Judge } from './judge.ts'

// A provider that stumbles is asked once more; one that is down is no finding about the agent.
const retry: RetryPolicy = { attempts: 2, first: seconds(2), factor: 2, most: seconds(10) }

/** The task of a case, by its place: `case-1`. */
export const caseTask = (index: number): string => `case-${index + 1}`
/** The task of the judge of a case, by its place and the scorer's: `judge-1-2`. */
export const judgeTask = (index: number, scorer: number): string => `judge-${index + 1}-${scorer + 1}`

/** An eval as a plan: a task for each case, and one for each judge of it. Nothing waits for the operator, and nobody is asked for money. */
export function drawEval(
  { cases, scorers }: AnyEvaluation,
  agent: Agent<unknown, unknown>,
  judges: ReadonlyMap<Tier, Judge>,
  limit: Usd,
): AnyWorkflow {
  const budget = { cost: limit, whenSpent: 'stop' } as const
  return workflow(
    { name: evalWorkflow, input: inputOf(cases), subject: (input) => input.get('about'), budget, deadline: hours(6) },
    (flow, input) => {
      for (const [index, one] of cases.entries()) {
        const asked = input.get('cases').get(caseTask(index)) as unknown as Ref<Record<string, Json>>
        const wires = Object.fromEntries(Object.keys(one.input).map((name) => [name, asked.get(name)]))
        const answer = flow.task(caseTask(index), agent, wires as never, { retry })
        for (const [place, scorer] of scorers.entries()) {
          if (scorer.kind !== 'rubric') continue
          const judge = judges.get(scorer.tier)
          if (!judge) throw new TypeError(`no judge of the tier ${scorer.tier}`)
          const { criteria } = scorer
          flow.task(judgeTask(index, place), judge.agent, { criteria, asked, answer }, { retry })
        }
      }
      return input.get('eval')
    },
  )
}

/** What each case gives is parsed by the agent's own schema, when its task begins. */
function inputOf(cases: AnyEvaluation['cases']) {
  const given = cases.map(({ input }, index) => {
    const fields = Object.keys(input).map((name) => [name, z.any()] as const)
    return [caseTask(index), z.object(Object.fromEntries(fields))] as const
  })
  return z.object({ about: z.string(), eval: z.string(), cases: z.object(Object.fromEntries(given)) })
}
