import { Argument, Option } from 'commander'
import type { Estimate, Undoing } from '../../os/os.ts'
import type { ControlLine } from '../../os/queries/controls.ts'
import type { RunView } from '../../os/queries/run.ts'
import type { RunLine } from '../../os/queries/runs.ts'
import type { WorkflowLine } from '../../os/queries/workflows.ts'
import type { Fault } from '../../values/fault.ts'
import type { RunId, TaskId } from '../../values/id.ts'
import type { Json } from '../../values/json.ts'
import { formatUsd } from '../../values/money.ts'
import { type Duration, formatDuration } from '../../values/time.ts'
import { placeNow, sayWhatNext, workOn } from '../after-work.ts'
import type { Desk } from '../desk.ts'
import { exit } from '../exit.ts'
import { inputOf } from '../given-input.ts'
import { asking, given, type Invocation, onDesk, type Verb } from '../invocation.ts'
import { controlLines } from '../render/controls.ts'
import { inDoubt, runTable } from '../render/runs.ts'
import { facts, indent, plain, table } from '../render/table.ts'
import { show } from './show.ts'

const runArgument = new Argument('<run>', 'the id of a run (run_…)')

/** Starting runs, looking at them, taking them back. */
export const runVerbs: readonly Verb[] = [
  {
    name: 'run',
    does: 'Start a run of a workflow and work until it is done or waits.',
    example: 'run newsletter topic="Spring on the balcony"',
    arguments: [
      new Argument('<workflow>', 'the name of the workflow'),
      new Argument('[fields...]', 'its input, as field=value'),
    ],
    options: [new Option('--input <json>', 'its whole input: JSON, @file, or - for standard input')],
    action: onDesk(run),
  },
  {
    name: 'plan',
    does: 'Show the plan of a workflow and what it may cost; without a name, list the workflows.',
    example: 'plan newsletter',
    arguments: [new Argument('[workflow]', 'the name of the workflow')],
    action: (invocation, workflow) => (workflow === undefined ? listWorkflows : showPlan)(invocation, workflow ?? ''),
  },
  {
    name: 'runs',
    does: 'List runs, newest first.',
    example: 'runs --state held',
    options: [
      new Option('--state <state>', 'only runs in this state'),
      new Option('--workflow <name>', 'only runs of this workflow'),
      new Option('--limit <count>', 'at most so many (default 50)'),
      new Option('--cursor <next>', 'go on where a page before ended'),
    ],
    action: asking<{ items: RunLine[]; next: string | null }>(
      'runs.list',
      (invocation) => given(invocation, 'state', 'workflow', 'limit', 'cursor'),
      ({ items, next }, { world, options }) =>
        next === null
          ? runTable(items, world.timeZone)
          : `${runTable(items, world.timeZone)}\nMore: soloist runs${same(options, 'state', 'workflow', 'limit')} --cursor ${next}`,
    ),
  },
  {
    name: 'show',
    does: 'Show a run, a gate or an identity; of a task, what its agent was given of memory; without an id, how the company stands.',
    example: 'show run_0k3v9q2m7x',
    arguments: [new Argument('[id]', 'the id of a run, a task or a gate, or an identity by id or handle')],
    action: onDesk(show),
  },
  {
    name: 'undo',
    does: 'Take back what a run has done, last effect first.',
    example: 'undo run_0k3v9q2m7x --dry-run',
    arguments: [runArgument],
    options: [new Option('--dry-run', 'only say what would happen')],
    action: onDesk(undo),
  },
  {
    name: 'retry',
    does: 'Try a failed task again, or all failed tasks of a run.',
    example: 'retry tsk_0k3v9q2m7x',
    arguments: [new Argument('<id>', 'the id of a task or a run')],
    action: onDesk(retry),
  },
  {
    name: 'cancel',
    does: 'Cancel a run: what has happened stays, nothing more happens.',
    example: 'cancel run_0k3v9q2m7x --why "started by mistake"',
    arguments: [runArgument],
    options: [new Option('--why <reason>', 'why').default('The operator cancelled it')],
    action: onDesk(cancel),
  },
]

async function run(desk: Desk, invocation: Invocation, workflow = '', ...rest: readonly unknown[]): Promise<number> {
  const pairs = (rest[0] ?? []) as readonly string[]
  const { items } = (await desk.call('workflows.list', {})) as unknown as { items: readonly WorkflowLine[] }
  const schema = items.find((item) => item.name === workflow)?.input ?? null
  const whole = invocation.options.input as string | undefined
  const input = await inputOf(invocation.world, whole, pairs, { name: workflow, schema })
  const place = await placeNow(desk)
  const started = (await desk.call('runs.start', { workflow, input })) as unknown as RunLine
  invocation.world.err(`Run ${started.id} of ${workflow}`)
  const worked = await workOn(desk, invocation, started.id, place)
  if (invocation.json) invocation.show(worked.run as unknown as Json, () => '')
  else if (worked.run.state === 'done') invocation.show(null, () => plain(JSON.stringify(worked.run.output, null, 2)))
  sayWhatNext(invocation, worked)
  return worked.code
}

async function undo(desk: Desk, invocation: Invocation, id = ''): Promise<number> {
  const dryRun = invocation.options.dryRun === true
  const place = await placeNow(desk)
  const output = await desk.call('runs.undo', { run: id, dryRun })
  const { effects } = output as unknown as { readonly effects: readonly Undoing[] }
  const names = await namesIn(desk, id)
  invocation.show(output, () => undoTable(effects, names, dryRun))
  if (dryRun || effects.length === 0) return exit.ok
  const worked = await workOn(desk, invocation, id as RunId, place)
  sayWhatNext(invocation, worked)
  return worked.code
}

async function cancel(desk: Desk, invocation: Invocation, id = ''): Promise<number> {
  const output = await desk.call('runs.cancel', { run: id, why: invocation.options.why as string })
  const { id: run, state } = output as unknown as RunLine
  invocation.show(output, () => `Run ${run} is ${state}.`)
  const doubt = inDoubt((await desk.call('runs.show', { run })) as unknown as RunView)
  if (doubt !== undefined) invocation.world.err(doubt)
  return exit.ok
}

async function retry(desk: Desk, invocation: Invocation, id = ''): Promise<number> {
  const place = await placeNow(desk)
  const ofTask = id.startsWith('tsk_')
  const output = ofTask ? await desk.call('tasks.retry', { task: id }) : await desk.call('runs.retry', { run: id })
  const { tasks, run: of } = output as unknown as { readonly tasks: readonly TaskId[]; readonly run: RunId }
  invocation.show(output, () => `Ready again: ${tasks.join(', ') || 'nothing had failed'}`)
  const worked = await workOn(desk, invocation, of, place)
  sayWhatNext(invocation, worked)
  return worked.code
}

const listWorkflows = asking<{ items: WorkflowLine[] }>(
  'workflows.list',
  () => ({}),
  ({ items }) =>
    table(
      ['workflow', 'lane', 'tasks', 'gates', 'budget', 'faults'],
      items.map((item) => [
        item.name,
        item.lane,
        String(item.tasks),
        String(item.gates),
        item.budget === null ? '-' : formatUsd(item.budget),
        String(item.faults),
      ]),
      'No workflows. Add one to workflows in soloist.config.ts.',
    ),
)

interface PlanShown {
  readonly hash: string
  readonly plan: { readonly input: { readonly properties?: object; readonly required?: readonly string[] } }
  readonly picture: string
  readonly estimate: Estimate
  readonly faults: readonly Fault[]
  readonly controls: readonly ControlLine[]
}

const showPlan = asking<PlanShown>(
  'plan.show',
  (_invocation, workflow) => ({ workflow: workflow ?? '' }),
  ({ hash, plan, picture, estimate, faults, controls }) =>
    [
      ...controlLines(controls),
      picture.trimEnd(),
      '',
      facts([
        ['Takes', taken(plan.input)],
        ['Costs at most', estimate.cost === null ? 'not known' : formatUsd(estimate.cost)],
        ['Works at most', estimate.timeMs === null ? 'not known' : formatDuration(estimate.timeMs as Duration)],
        ['Asks you', `${estimate.gates} ${estimate.gates === 1 ? 'time' : 'times'}`],
        ['Hash', hash],
      ]),
      ...faults.flatMap(({ code, message, next }) => ['', plain(`${code}: ${message}`), `Next: ${plain(next)}`]),
    ].join('\n'),
)

/** The fields of its input, as `soloist run` takes them; `null` where it has none to name. */
function taken({ properties = {}, required = [] }: PlanShown['plan']['input']): string | null {
  const fields = Object.keys(properties).map((name) => (required.includes(name) ? name : `[${name}]`))
  return fields.length === 0 ? null : plain(fields.join(', '))
}

/** Whom the effects of a run were about, by id. */
async function namesIn(desk: Desk, run: string): Promise<ReadonlyMap<string, string>> {
  const { effects } = (await desk.call('runs.show', { run })) as unknown as RunView
  return new Map(effects.map(({ subject }) => [subject.id, subject.name ?? subject.id]))
}

/** Options as they were typed, to be typed again. */
function same(options: Invocation['options'], ...names: readonly string[]): string {
  return names.map((name) => (options[name] === undefined ? '' : ` --${name} ${options[name]}`)).join('')
}

function undoTable(effects: readonly Undoing[], names: ReadonlyMap<string, string>, dryRun: boolean): string {
  const rows = effects.map((effect) => [
    effect.action,
    effect.adapter,
    names.get(effect.subject) ?? effect.subject,
    effect.how === 'undo' ? 'is taken back' : 'you are asked',
  ])
  const listed = table(['action', 'adapter', 'about', 'how'], rows, 'Nothing to take back.')
  return dryRun ? `${listed}\nNothing was done. Next: the same without --dry-run` : indent(listed, 0)
}
