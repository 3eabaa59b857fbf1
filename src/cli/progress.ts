import type { EventView } from '../os/queries/events.ts'
import type { TaskLine } from '../os/queries/tasks.ts'
import type { Fault } from '../values/fault.ts'
import { formatUsd, type Usd } from '../values/money.ts'
import { type Duration, formatDuration } from '../values/time.ts'
import { plain } from './render/table.ts'

/** Tells what happens to the tasks of a run, a line each. */
export class Progress {
  readonly #run: string
  readonly #say: (line: string) => void
  readonly #names: Map<string, string>

  constructor(run: string, known: readonly TaskLine[], say: (line: string) => void) {
    this.#run = run
    this.#say = say
    this.#names = new Map(known.map((task) => [task.id, task.name]))
  }

  hear(event: EventView): void {
    if (event.run !== this.#run) return
    if (event.kind === 'task.added') {
      const { tasks } = event.payload as unknown as { readonly tasks: readonly { id: string; name: string }[] }
      for (const task of tasks) this.#names.set(task.id, task.name)
    }
    const line = progressLine(event, this.#names.get(event.task ?? '') ?? event.task ?? '')
    // It tells what providers, tools and code said.
    if (line !== undefined) this.#say(plain(line))
  }
}

/** What one event means to someone who watches, or `undefined` when it is not worth a line. */
export function progressLine(event: Pick<EventView, 'kind' | 'payload'>, task: string): string | undefined {
  const said = (event.payload ?? {}) as {
    readonly attempt?: number
    readonly cost?: Usd
    readonly worked?: Duration
    readonly fault?: Fault
    readonly madeBy?: { readonly model?: string }
    readonly because?: string
  }
  switch (event.kind) {
    case 'task.claimed':
      return said.attempt !== undefined && said.attempt > 1
        ? `  start   ${task} (try ${said.attempt})`
        : `  start   ${task}`
    case 'task.done':
      return `  done    ${[task, ...measures(said)].join('  ')}`
    case 'task.held':
      return `  waits   ${task}: for you`
    case 'task.failed':
      return `  failed  ${task}  ${said.fault?.code}: ${said.fault?.message}`
    case 'task.retried':
    case 'task.postponed':
      return `  later   ${task}  ${said.fault?.message}`
    case 'task.skipped':
      return `  skip    ${task}`
    case 'effect.unknown':
      return `  doubt   ${task}  ${said.fault?.message}`
    default:
      return undefined
  }
}

function measures(said: {
  readonly cost?: Usd
  readonly worked?: Duration
  readonly madeBy?: { readonly model?: string }
}): string[] {
  return [
    ...(said.cost === undefined || said.cost === 0 ? [] : [formatUsd(said.cost)]),
    ...(said.worked === undefined ? [] : [formatDuration(said.worked)]),
    ...(said.madeBy?.model === undefined ? [] : [said.madeBy.model]),
  ]
}
