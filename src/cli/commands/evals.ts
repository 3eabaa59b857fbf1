import { Argument, Option } from 'commander'
import type { EvalLine, EvalResult, EvalStarted } from '../../os/evals/desk.ts'
import { refuse } from '../../values/fault.ts'
import type { Json } from '../../values/json.ts'
import { didYouMean } from '../../values/nearest.ts'
import { placeNow, workOn } from '../after-work.ts'
import type { Desk } from '../desk.ts'
import { exit } from '../exit.ts'
import { type Invocation, onDesk, type Verb } from '../invocation.ts'
import { evalCard, evalTable } from '../render/evals.ts'
import { dollars } from './budgets.ts'

/** Puts versions of agents to the company's evals. */
export const evalVerb: Verb = {
  name: 'eval',
  does: "Put an agent to the company's evals, or all agents; says whether they passed. Nothing leaves the company.",
  example: 'eval writer --version 4',
  arguments: [new Argument('[agent]', 'the name of an agent')],
  options: [
    new Option('--version <version>', 'its number, or the first 8 digits of its hash (default: that of the folder)'),
    new Option('--eval <name>', 'only this one'),
    new Option('--record', 'keep what the models answer in evals/recorded/').conflicts('recorded'),
    new Option('--recorded', 'take only answers that were kept: no model is asked, nothing is paid'),
    new Option('--limit <usd>', 'the most that each eval may cost, in dollars (default 1)'),
    new Option('--list', 'only list them, and how they went last'),
  ],
  action: onDesk(evaluate),
}

async function evaluate(desk: Desk, invocation: Invocation, agent?: string): Promise<number> {
  const { options } = invocation
  const { items } = (await desk.call('evals.list', agent === undefined ? {} : { agent })) as unknown as {
    items: readonly EvalLine[]
  }
  if (options.list === true) {
    invocation.show({ items } as unknown as Json, () => evalTable(items))
    return exit.ok
  }
  const only = options.eval as string | undefined
  const names = items.map(({ name }) => name)
  if (only !== undefined && names.length > 0 && !names.includes(only))
    refuse('input.unknown', {
      kind: 'eval',
      name: only,
      nearest: didYouMean(only, names),
      command: 'soloist eval --list',
    })
  const wanted = items.filter(({ name }) => only === undefined || name === only)
  if (wanted.length === 0) refuse('eval.none', { of: agent === undefined ? 'in evals/' : `of ${agent}` })
  const version = options.version as string | undefined
  if (version !== undefined && new Set(wanted.map((one) => one.agent)).size > 1)
    refuse('input.invalid', { what: 'eval --version', why: 'it wants the name of an agent' })
  const results: EvalResult[] = []
  for (const { name } of wanted) results.push(await sit(desk, invocation, name, version))
  const failed = results.filter(({ verdict }) => verdict === 'failed').length
  const answer = { passed: results.length - failed, failed, results } as unknown as Json
  invocation.show(answer, () => `${results.length - failed} passed, ${failed} failed.`)
  return failed > 0 ? exit.fault : exit.ok
}

/** One eval from its start to its result, which is shown as soon as it is there. */
async function sit(desk: Desk, invocation: Invocation, name: string, version: string | undefined): Promise<EvalResult> {
  const { world, options, json } = invocation
  const place = await placeNow(desk)
  const wish = {
    eval: name,
    ...(version === undefined ? {} : { version }),
    answers: options.recorded === true ? 'recorded' : 'models',
    record: options.record === true,
    ...(options.limit === undefined ? {} : { limitUsd: limitIn(options.limit as string) }),
  }
  const started = (await desk.call('evals.start', wish)) as unknown as EvalStarted
  world.err(`Eval ${name} of ${started.agent} v${started.version} (${started.run})`)
  const { mode } = await workOn(desk, invocation, started.run, place)
  const { result } = (await desk.call('evals.result', { run: started.run })) as unknown as { result: EvalResult | null }
  if (!result) refuse('eval.unfinished', { run: started.run, why: unfinished(mode.mode === 'paused') })
  if (!json) world.out(evalCard(result))
  return result
}

function limitIn(text: string): number {
  const limit = dollars(text)
  return limit === null ? refuse('input.invalid', { what: '--limit', why: 'an eval has one' }) : limit / 1e6
}

function unfinished(paused: boolean): string {
  return paused ? 'the company is paused' : 'what it needs is not there now'
}
