import { sql } from 'kysely'
import { periodOf } from '../budget/period.ts'
import type { Verdict } from '../gate/gate.ts'
import { compiled } from '../store/compiled.ts'
import { isPractice } from '../store/practice.ts'
import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import { refuse } from '../values/fault.ts'
import { type Duration, type Instant, later, milliseconds, minutes, seconds } from '../values/time.ts'
import { agentOfTask } from './agent-of.ts'
import type { EditSize } from './edit-size.ts'
import type { Kernel } from './kernel.ts'
import { producerOf } from './producer.ts'

type Parts = Pick<Kernel, 'clock' | 'timeZone' | 'placeOf' | 'shelf'>

/** A gate that the operator answered. */
export interface Answered {
  readonly gate: Row<'gates'>
  readonly verdict: Verdict['verdict']
  readonly edit?: EditSize | undefined
}

/**
 * Counts the operator's time against the workflow of each gate and the agent whose work it is about. That a card was open for days
 * says nothing; the time between two things done at the desk says something, up to a limit. See docs/decisions/0037.
 */
export async function countDecisions(tx: Tx, kernel: Kernel, answers: readonly Answered[]): Promise<void> {
  const spent = await timeFor(
    tx,
    kernel,
    answers.reduce((sum, { edit }) => sum + (edit?.typed ?? 0), 0),
  )
  const counts: Counts = new Map()
  for (const { gate, verdict, edit } of answers) {
    const said = saidOf(gate, verdict, edit)
    const about = await behind(tx, kernel, gate)
    for (const one of about) add(counts, one, { ...said, spent_ms: spent / answers.length })
  }
  await keep(tx, kernel, counts)
}

/** The same for a failure, or a whole run, that the operator took in hand; practice is nobody's work, and takes no mending. */
export async function countMending(
  tx: Tx,
  kernel: Parts,
  run: Row<'runs'>,
  tasks: readonly Row<'tasks'>[],
): Promise<void> {
  if (isPractice(run)) return
  const spent_ms = await timeFor(tx, kernel, 0)
  const agents = await Promise.all(tasks.map((task) => agentOfTask(kernel, task)))
  const counts: Counts = new Map()
  for (const about of new Set([`workflow:${run.workflow}`, ...agents.map((name) => name && `agent:${name}`)]))
    if (about !== undefined) add(counts, about, { ...nothing, spent_ms, mended: 1 })
  await keep(tx, kernel, counts)
}

/** Takes back time of this month that was counted by mistake. Fault (thrown): `input.invalid` where less was counted. */
export async function takeBack(tx: Tx, { clock, timeZone }: Parts, about: string, length: Duration): Promise<void> {
  const month = periodOf(clock.now(), timeZone)
  const { numUpdatedRows } = await tx.db
    .updateTable('upkeep_minutes')
    .set({ spent_ms: sql`spent_ms - ${length}` })
    .where('month', '=', month)
    .where('about', '=', about)
    .where('spent_ms', '>=', length)
    .executeTakeFirst()
  if (numUpdatedRows === 0n)
    refuse('input.invalid', { what: 'What is taken back', why: `less than that was counted for ${about} in ${month}` })
}

/** Counts time that the operator says they spent. */
export async function countLogged(tx: Tx, kernel: Parts, about: string, length: Duration): Promise<void> {
  await keep(tx, kernel, new Map([[about, { ...nothing, spent_ms: length }]]))
}

type Sums = Omit<Row<'upkeep_minutes'>, 'month' | 'about' | 'at'>
type Counts = Map<string, Sums>

const nothing: Sums = { spent_ms: 0, decided: 0, edited: 0, changed: 0, refused: 0, mended: 0 }

/** What an answer says of the work; that money was short or something in doubt is trouble, not work. */
function saidOf({ reason }: Row<'gates'>, verdict: Verdict['verdict'], edit: EditSize | undefined): Sums {
  if (reason !== 'review' && reason !== 'policy' && reason !== 'graft') return { ...nothing, mended: 1 }
  if (verdict === 'edited') return { ...nothing, decided: 1, edited: 1, changed: edit?.changed ?? 0 }
  return { ...nothing, decided: 1, refused: verdict === 'approved' ? 0 : 1 }
}

// A longer pause was spent on something else.
const longestThought = minutes(5)
// What one comes back to the desk for, after such a pause.
const oneLook = minutes(1)
// 40 words a minute: what people type who compose while they type.
const aWord: Duration = seconds(1.5)
const longestEdit = minutes(30)

/** What the operator needed for what they do now, as far as it can be told. */
async function timeFor(tx: Tx, { clock, timeZone }: Parts, typed: number): Promise<number> {
  const now = clock.now()
  const lately = periodOf(later(now, milliseconds(-longestThought)), timeZone)
  const last = (await lastAt.first(tx.db, { lately, month: periodOf(now, timeZone) }))?.at ?? null
  const pause = last === null ? Number.POSITIVE_INFINITY : now - last
  const thought = pause > longestThought ? oneLook : Math.max(0, pause)
  return Math.max(thought, Math.min(typed * aWord, longestEdit))
}

const lastAt = compiled((db, given: { lately: string; month: string }) =>
  db
    .selectFrom('upkeep_minutes')
    .select(({ fn }) => fn.max<Instant | null>('at').as('at'))
    .where((row) => row.or([row('month', '=', given.lately), row('month', '=', given.month)])),
)

async function behind(tx: Tx, kernel: Kernel, gate: Row<'gates'>): Promise<string[]> {
  const run = await workflowOf.first(tx.db, { id: gate.run_id })
  const task = await taskOf.first(tx.db, { id: gate.task_id })
  const abouts = run ? [`workflow:${run.workflow}`] : []
  if (!task) return abouts
  const made = task.kind === 'gate' ? await producerOf(tx, kernel, task) : undefined
  const maker = made === undefined ? task : await taskOf.first(tx.db, { id: made })
  const agent = maker && (await agentOfTask(kernel, maker))
  return agent === undefined ? abouts : [...abouts, `agent:${agent}`]
}

const workflowOf = compiled((db, given: { id: Row<'runs'>['id'] }) =>
  db.selectFrom('runs').select('workflow').where('id', '=', given.id),
)
const taskOf = compiled((db, given: { id: Row<'tasks'>['id'] }) =>
  db.selectFrom('tasks').selectAll().where('id', '=', given.id),
)

function add(counts: Counts, about: string, more: Sums): void {
  const sums = counts.get(about) ?? nothing
  const names = Object.keys(nothing) as (keyof Sums)[]
  counts.set(about, Object.fromEntries(names.map((name) => [name, sums[name] + more[name]])) as unknown as Sums)
}

async function keep(tx: Tx, { clock, timeZone }: Parts, counts: Counts): Promise<void> {
  const at = clock.now()
  const month = periodOf(at, timeZone)
  for (const [about, sums] of counts) {
    const { decided, edited, changed, refused, mended } = sums
    const spent_ms = Math.round(sums.spent_ms)
    await upsert.run(tx.db, { month, about, spent_ms, decided, edited, changed, refused, mended, at })
  }
}

const upsert = compiled((db, given: Row<'upkeep_minutes'>) =>
  db
    .insertInto('upkeep_minutes')
    .values({
      month: given.month,
      about: given.about,
      spent_ms: given.spent_ms,
      decided: given.decided,
      edited: given.edited,
      changed: given.changed,
      refused: given.refused,
      mended: given.mended,
      at: given.at,
    })
    .onConflict((clash) =>
      clash.columns(['month', 'about']).doUpdateSet({
        spent_ms: sql`upkeep_minutes.spent_ms + excluded.spent_ms`,
        decided: sql`upkeep_minutes.decided + excluded.decided`,
        edited: sql`upkeep_minutes.edited + excluded.edited`,
        changed: sql`upkeep_minutes.changed + excluded.changed`,
        refused: sql`upkeep_minutes.refused + excluded.refused`,
        mended: sql`upkeep_minutes.mended + excluded.mended`,
        at: sql`max(upkeep_minutes.at, excluded.at)`,
      }),
    ),
)
