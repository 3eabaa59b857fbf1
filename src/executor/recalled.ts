import { sql } from 'kysely'
import { sourceName } from '../agents/remembered.ts'
import { padded } from '../store/padded.ts'
import type { Card } from '../telemetry/card.ts'
import type { StoredEvent } from '../telemetry/event.ts'
import type { TaskId } from '../values/id.ts'
import type { Kernel } from './kernel.ts'
import type { RecallStep } from './remember.ts'

/** A step `recall` of a task: what its agent was given, in which round. */
export interface Recalled extends RecallStep {
  readonly task: TaskId
  readonly round: number
  /** The event of the step. */
  readonly seq: number
}

// A card is read by a person, and kept with the gate.
const mostShown = 50
const longestShown = 300

/** What the agents of these tasks were given, oldest first. What was forgotten is left out. At most 1024 tasks. */
export async function readRecalled(
  { store, journal }: Pick<Kernel, 'store' | 'journal'>,
  tasks: readonly TaskId[],
): Promise<Recalled[]> {
  if (tasks.length === 0) return []
  const rows = await store.read
    .selectFrom('steps')
    .select(['task_id', 'round', 'seq'])
    .where('task_id', 'in', padded(tasks))
    .where('kind', '=', sql.lit('recall'))
    .execute()
  const byseq = new Map(rows.map((row) => [row.seq, row]))
  return (await journal.at([...byseq.keys()])).flatMap((event) => {
    const row = byseq.get(event.seq)
    if (event.kind !== 'step.done' || event.payload === null || !row) return []
    return [{ ...(event.payload.output as unknown as RecallStep), task: row.task_id, round: row.round, seq: event.seq }]
  })
}

/** What a card says of the lines that its makers were given: those of the tasks that these events are the outcomes of. */
export async function recalledBy(
  kernel: Pick<Kernel, 'store' | 'journal'>,
  events: readonly StoredEvent[],
  also: readonly TaskId[] = [],
): Promise<Pick<Card, 'recalled'>> {
  const made = events.flatMap((event) => (event.kind === 'task.done' && event.task !== null ? [event.task] : []))
  const tasks = [...new Set([...made, ...also])].slice(0, mostShown)
  const given = (await readRecalled(kernel, tasks)).flatMap(({ lines, seq }) =>
    lines.map(({ mark, text, source, origin, at }) => ({
      step: seq,
      mark,
      from: sourceName(source),
      ...('seq' in source ? { seq: source.seq } : {}),
      ...('hash' in source ? { hash: source.hash } : {}),
      at,
      origin,
      text: text.length > longestShown ? `${text.slice(0, longestShown)}…` : text,
    })),
  )
  return given.length === 0 ? {} : { recalled: given.slice(0, mostShown) }
}
