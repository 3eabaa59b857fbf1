import type { EffectLine } from '../../os/queries/effects.ts'
import type { RunView } from '../../os/queries/run.ts'
import type { RunLine } from '../../os/queries/runs.ts'
import type { TaskLine } from '../../os/queries/tasks.ts'
import { formatUsd } from '../../values/money.ts'
import { type Duration, formatDuration } from '../../values/time.ts'
import { answering } from './gates.ts'
import { facts, indent, plain, table } from './table.ts'
import { formatTime } from './time.ts'

/** Runs as a table. */
export function runTable(runs: readonly RunLine[], timeZone: string): string {
  const rows = runs.map((run) => [
    run.id,
    run.workflow,
    stateText(run),
    run.subject.name ?? run.subject.id,
    formatTime(run.startedAt, timeZone),
    formatUsd(run.spent),
  ])
  const empty = "No runs. Start one with 'soloist run WORKFLOW'."
  return table(['run', 'workflow', 'state', 'about', 'started', 'spent'], rows, empty)
}

/** One run: its facts, tasks, effects, output. */
export function runCard(run: RunView, timeZone: string): string {
  const about = facts([
    ['Run', run.id],
    ['Workflow', run.workflow],
    ['State', run.heldUpBy === null ? run.state : `${run.state} (${run.heldUpBy})`],
    ['About', run.subject.name ?? run.subject.id],
    ['Started', formatTime(run.startedAt, timeZone)],
    ['Ended', run.endedAt === null ? null : formatTime(run.endedAt, timeZone)],
    ['Deadline', run.deadlineAt === null ? null : formatTime(run.deadlineAt, timeZone)],
    ['Spent', formatUsd(run.spent)],
    ['Input', short(run.input)],
    ['Output', run.output === null ? null : short(run.output)],
  ])
  const effects = run.effects.length === 0 ? [] : ['', 'Effects', indent(effectTable(run.effects, timeZone))]
  const faults = run.tasks.flatMap(({ name, fault }) =>
    fault === null ? [] : ['', plain(`${name}: ${fault.code}: ${fault.message}`), `Next: ${plain(fault.next)}`],
  )
  const tasks = ['', 'Tasks', indent(taskTable(run.tasks)), ...inside(run), ...routed(run)]
  const doubt = inDoubt(run)
  return [about, ...tasks, ...effects, ...(doubt === undefined ? [] : ['', doubt]), ...faults].join('\n')
}

/** What of a run that is over nobody knows, and what to do; `undefined` where all is known. */
export function inDoubt({ id, inDoubt: count }: Pick<RunView, 'id' | 'inDoubt'>): string | undefined {
  if (count === 0) return undefined
  const what = count === 1 ? 'One of its effects' : `${count} of its effects`
  return `${what} may or may not have happened.\nNext: soloist undo ${id} looks it up or asks you, and takes back what was done`
}

/** What stands between a run and its end, and what to do; `undefined` when nothing does. */
export function waitingFor(run: RunView, timeZone: string): string | undefined {
  const gates = run.gates
    .filter((gate) => gate.state === 'open')
    .map((gate) => {
      const until =
        gate.dueAt === null ? '' : `, until ${formatTime(gate.dueAt, timeZone)}, then ${otherwise(gate.otherwise)}`
      return `Waits for you at ${gate.taskName}${until}: ${plain(gate.card?.ask ?? gate.reason)}\n${answering(gate)}`
    })
  if (gates.length > 0) return gates.join('\n')
  if (run.state !== 'running' || run.nextDue === null) return undefined
  if (run.heldUpBy !== null && !run.working)
    return `Waits: ${run.heldUpBy}, until ${formatTime(run.nextDue, timeZone)} at the latest.\nNext: soloist control list; soloist control lift CONTROL`
  return `Goes on at ${formatTime(run.nextDue, timeZone)}.\nNext: keep 'soloist start' running, or come back with 'soloist show ${run.id}'`
}

function stateText({ state, openGates, heldUpBy }: RunLine): string {
  if (openGates > 0) return `${state} (${openGates} for you)`
  return heldUpBy === null ? state : `${state} (${heldUpBy})`
}

function otherwise(what: 'reject' | 'wait'): string {
  return what === 'reject' ? 'rejected' : 'it goes on waiting'
}

function taskTable(tasks: readonly TaskLine[]): string {
  const rows = tasks.map((task) => [
    task.name,
    task.state,
    task.spent === 0 ? '' : formatUsd(task.spent),
    task.workedMs === 0 ? '' : formatDuration(task.workedMs as Duration),
    task.madeBy?.model ?? task.madeBy?.doer ?? '',
    task.waitsFor.length > 0 ? `after ${task.waitsFor.join(', ')}` : (task.gate ?? ''),
  ])
  return table(['task', 'state', 'spent', 'worked', 'by', 'waits for'], rows, 'None.')
}

function routed({ routed: all = [] }: RunView): string[] {
  return all.map(({ task, agent, version, why }) => `  ${task} is done by ${agent} v${version}: ${why}`)
}

function inside(run: RunView): string[] {
  return run.inside.map(({ parent, state, count }) => `  in ${parent}: ${count} ${state}`)
}

function effectTable(effects: readonly EffectLine[], timeZone: string): string {
  const rows = effects.map((effect) => [
    effect.action,
    effect.state,
    effect.subject.name ?? effect.subject.id,
    effect.adapter,
    formatTime(effect.endedAt ?? effect.intendedAt, timeZone),
  ])
  return table(['action', 'state', 'about', 'adapter', 'when'], rows, 'None.')
}

const longest = 300

function short(value: unknown): string {
  const text = plain(JSON.stringify(value))
  return text.length > longest ? `${text.slice(0, longest)}… (--json shows all)` : text
}
