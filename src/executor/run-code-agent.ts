import { javascriptOf } from '../agents/agent-code.ts'
import { fault, isFault } from '../values/fault.ts'
import { canonical, type Json } from '../values/json.ts'
import { microUsd } from '../values/money.ts'
import { parse } from '../values/schema.ts'
import { instant } from '../values/time.ts'
import { type Attempt, recordStep, step } from './attempt.ts'
import { timeForTurn } from './call-time.ts'
import { CodeWishes, type WishEnd } from './code-wishes.ts'
import type { AttemptEnd } from './ending.ts'
import { fallBack } from './fall-back.ts'
import type { Pinned } from './pinned-agent.ts'
import { readReturn } from './returned.ts'
import type { Ran } from './sandbox/sandbox.ts'
import { mayStandIn } from './unanswered.ts'
import type { Inputs } from './values.ts'
import { holdWithdrawn } from './withdrawn.ts'

/**
 * Runs an agent that is code, in a process that can do nothing but ask. Each thing that it asks for is a step of this attempt; a retry is
 * given the same answers again, at the same time of its clock. What it makes comes from where its inputs and all its answers come from.
 */
export async function runCodeAgent(attempt: Attempt, pinned: Pinned, inputs: Inputs): Promise<AttemptEnd> {
  const { agent, body, hash } = pinned
  const withdrawn = await holdWithdrawn(attempt, pinned)
  if (withdrawn) return withdrawn
  const code = javascriptOf(body.name, body.code ?? '')
  if (isFault(code)) return { kind: 'fault', fault: code }
  const { kernel, task, run, signal, time } = attempt
  const begun = await step(attempt, 'begin', 'begin', async () => ({
    output: { at: kernel.clock.now() },
    origin: 'system',
  }))
  const { at } = begun.output as { readonly at: number }
  const wishes = new CodeWishes(attempt, pinned, inputs)
  const sandbox = await kernel.sandbox()
  const ran = await sandbox.run<WishEnd>({
    who: body.name,
    code,
    input: inputs.value,
    given: { returned: (await readReturn(attempt)) as unknown as Json },
    now: instant(at),
    seed: canonical([run.id, task.id, task.round]),
    signal,
    lane: run.lane,
    inLine: (wait) => (run.lane === 'interactive' ? whileOfUse(attempt, wait) : time.rest(() => wait(signal))),
    answer: (wish) => wishes.answer(wish),
  })
  await keepLogs(attempt, ran, wishes)
  if (ran.kind !== 'done') {
    const end = ran.kind === 'ended' ? ran.end : ({ kind: 'fault', fault: ran.fault } as const)
    return mayStandIn(attempt, end) ? fallBack(attempt, pinned, inputs, end) : end
  }
  const output = parse(agent.output, ran.output)
  if (!output.ok) return { kind: 'fault', fault: fault('sandbox.misfit', { who: body.name, why: output.why }) }
  const { spent } = await kernel.budget.spentOn({ scope: `task:${task.id}`, period: 'life' })
  const { models, rung, repairs, sources } = wishes
  const [model] = models.length === 1 ? models : []
  const madeBy = {
    doer: body.name,
    version: body.version,
    hash,
    ...(model ? { model } : {}),
    ...(rung ? { rung } : {}),
  }
  const outcome = {
    output: output.value as Json,
    cost: microUsd(spent),
    ...(repairs === 0 ? {} : { repairs }),
    madeBy,
    sources,
  }
  return { kind: 'done', outcome, origin: wishes.origin }
}

/** Waits in line as long as that leaves the fallback its time: whoever waits for the answer waits for this too. */
async function whileOfUse<T>(attempt: Attempt, wait: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { until } = timeForTurn(attempt)
  if (until === undefined) return wait(attempt.signal)
  const up = new AbortController()
  const stopWaiting = attempt.kernel.clock.wake(until, () => up.abort())
  try {
    return await wait(AbortSignal.any([attempt.signal, up.signal]))
  } finally {
    stopWaiting()
  }
}

/** What the code wrote, for whoever looks at the task. By attempt: another one may write other lines. */
async function keepLogs(attempt: Attempt, { logs }: Ran<WishEnd>, { origin }: CodeWishes): Promise<void> {
  if (logs.length === 0) return
  const key = `log/${attempt.task.fence}`
  await attempt.kernel.store.write((tx) => recordStep(tx, attempt, { key, kind: 'log', output: [...logs], origin }))
}
