import { parseArgs } from 'node:util'
import type { Perform } from '../src/executor/perform.ts'
import { scriptedModel } from '../src/testing/scripted-model.ts'
import { rawCommits } from './commits.ts'
import { openBench } from './company.ts'
import { type Driven, drive } from './drive.ts'
import { readyToStarted } from './latency.ts'
import { quantile, report } from './measure.ts'
import { input, oneAgent, oneTask, threeSteps, threeTasks } from './workflows.ts'

// What the kernel itself costs, whole: each run is started as the desk starts it, claimed, journalled (encrypted and chained),
// anchored and settled. `node bench/kernel.ts [--seconds 5] [--in-flight 200]`
const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '5' }, 'in-flight': { type: 'string', default: '200' } },
})
const seconds = Number(values.seconds)
const inFlight = Number(values['in-flight'])
const latencyRuns = 300

await steps()
await tasks()
await turns()
await latency()

/** A run whose one task does three journalled steps, each a transaction of its own; then SQLite alone with the same bytes. */
async function steps(): Promise<void> {
  const company = await openBench({ workflows: [oneTask] }, inFlight, threeSteps)
  const driven = await drive(company, 'one-task', input, { inFlight, seconds })
  await company.close()
  const { perSecond, cpu, bytes, events, commits } = driven
  report({ name: 'three-step durable tasks', value: perSecond, unit: '/s', goal: 'at least 2000' })
  report({ name: '  CPU time of one', value: cpu, unit: 'µs' })
  report({ name: '  events of one', value: events, unit: '' })
  report({ name: '  bytes of one', value: bytes, unit: '' })
  report({ name: '  tasks that share a commit', value: 1 / commits, unit: '' })
  const raw = rawRate(driven)
  report({ name: '  raw SQLite: as many bytes, rows and commits', value: raw, unit: '/s' })
  report({ name: '  of the raw rate', value: (perSecond / raw) * 100, unit: '%' })
}

/** How often a second SQLite alone could write what one task wrote: a row an event, in commits as large. */
function rawRate({ bytes, events, commits }: Driven): number {
  return rawCommits(Math.round(bytes / events), Math.round(events / commits), seconds) / commits
}

/** A run of three tasks, one after another, that are functions: what a step more than a step, a task, costs. */
async function tasks(): Promise<void> {
  const company = await openBench({ workflows: [threeTasks] }, inFlight)
  const driven = await drive(company, 'three-tasks', input, { inFlight, seconds })
  await company.close()
  report({ name: 'runs of three function tasks', value: driven.perSecond, unit: '/s' })
}

/** A run of one agent whose model answers at once: prompt, turn, journal, the AI SDK. */
async function turns(): Promise<void> {
  const model = scriptedModel(() => ({ output: input }))
  const company = await openBench({ workflows: [oneAgent], models: { cheap: [model] } }, inFlight)
  const driven = await drive(company, 'one-agent', input, { inFlight, seconds })
  await company.close()
  report({ name: 'agent runs of one turn, scripted model', value: driven.perSecond, unit: '/s' })
  report({ name: '  CPU time of one agent run', value: driven.cpu / 1000, unit: 'ms' })
}

async function latency(): Promise<void> {
  let tell: (now: number) => void = () => undefined
  const perform: Perform = (attempt) => {
    tell(performance.now())
    return threeSteps(attempt)
  }
  const company = await openBench({ workflows: [oneTask] }, inFlight, perform)
  const waits = await readyToStarted(company, 'one-task', latencyRuns, (at) => {
    tell = at
  })
  await company.close()
  // The first ones compile.
  const warm = waits.slice(latencyRuns / 10)
  report({ name: 'ready to started, p50', value: quantile(warm, 0.5), unit: 'ms', goal: 'under 5' })
  report({ name: 'ready to started, p99', value: quantile(warm, 0.99), unit: 'ms', goal: 'under 25' })
}
