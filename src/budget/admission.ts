import { sql } from 'kysely'
import { compiled } from '../store/compiled.ts'
import { isWork } from '../store/practice.ts'
import type { Tx } from '../store/store.ts'
import type { RunId } from '../values/id.ts'
import type { Instant } from '../values/time.ts'
import type { ControlScope, Of } from './control.ts'
import { anHour, slotFor } from './slot.ts'

/** As many runs may wait: the usual depth of the queue, beyond which new work is refused. */
export const mostWaiting = 100_000

/** A run that asks whether it may begin. */
export interface Candidate {
  readonly id: RunId
  readonly workflow: string
}

/**
 * When a run may begin under these throttles of runs. `waiting`: whether those that are due and have not begun stand before it, as they
 * do for a newcomer; among themselves whoever comes first begins first.
 */
export async function beginsAt(
  tx: Tx,
  throttles: readonly Of<'throttle'>[],
  run: Candidate,
  now: Instant,
  waiting: 'first' | 'ignored',
): Promise<Instant> {
  const limits: Limit[] = []
  for (const { scope, rule, until } of throttles) {
    if (rule.runs === null) continue
    limits.push({ times: await timesOf(tx, scope, run, now, waiting), most: rule.runs, until })
  }
  return slotUnder(limits, now)
}

interface Limit {
  readonly times: readonly Instant[]
  readonly most: number
  /** When its throttle ends by itself, and holds nobody up any more. */
  readonly until: Instant | null
}

/** What one throttle allows, another may not: until all agree. Each round moves the slot on past something that is there. */
function slotUnder(limits: readonly Limit[], now: Instant): Instant {
  for (let slot = now; ; ) {
    const next = limits.reduce((at, { times, most, until }) => {
      const end = until ?? Number.POSITIVE_INFINITY
      return at >= end ? at : (Math.min(slotFor(times, most, at), end) as Instant)
    }, slot)
    if (next === slot) return slot
    slot = next
  }
}

/** A run that has not begun, and when it may. */
export interface Waiting extends Candidate {
  readonly due: Instant
}

/** The runs that have not begun, in the order in which they may. */
export async function waitingRuns(tx: Tx): Promise<Waiting[]> {
  return allWaiting.all(tx.db, {})
}

/** When each of these may begin now that the throttles are others: in their order, the first as early as it can. */
export async function slotsFor(
  tx: Tx,
  waiting: readonly Waiting[],
  throttlesOver: (run: Candidate) => readonly Of<'throttle'>[],
  now: Instant,
): Promise<Instant[]> {
  const taken = new Map<ControlScope, Instant[]>()
  const slots: Instant[] = []
  for (const run of waiting) {
    const limits: (Limit & { readonly times: Instant[] })[] = []
    for (const { scope, rule, until } of throttlesOver(run)) {
      if (rule.runs === null) continue
      const times = taken.get(scope) ?? (await begunTimes(tx, scope, run, now))
      taken.set(scope, times)
      limits.push({ times, most: rule.runs, until })
    }
    const slot = slotUnder(limits, now)
    for (const { times } of limits) {
      const after = times.findIndex((at) => at > slot)
      times.splice(after < 0 ? times.length : after, 0, slot)
    }
    slots.push(slot)
  }
  return slots
}

/** The instant that was kept for a run; `undefined` when it has begun. */
export async function dueOf(tx: Tx, run: RunId): Promise<Instant | undefined> {
  const row = await kept.first(tx.db, { run })
  return row?.due_at
}

/** When the runs of a scope began or will begin, as far as that matters from now on; ascending. */
async function timesOf(
  tx: Tx,
  scope: ControlScope,
  run: Candidate,
  now: Instant,
  waiting: 'first' | 'ignored',
): Promise<Instant[]> {
  const begun = await begunTimes(tx, scope, run, now)
  const given = { workflow: run.workflow, since: now, run: run.id }
  const due = await (scope === 'company' ? dueAll : dueInWorkflow).all(tx.db, given)
  const ahead = due.flatMap(({ at }) => (at > now ? [at] : waiting === 'first' ? [now] : []))
  return [...begun, ...ahead].sort((a, b) => a - b)
}

/** When the runs of a scope began within the last hour, but for this one; ascending. */
async function begunTimes(tx: Tx, scope: ControlScope, run: Candidate, now: Instant): Promise<Instant[]> {
  const given = { workflow: run.workflow, since: (now - anHour) as Instant, run: run.id }
  const all = scope === 'company'
  const started = await (all ? startedAll : startedOf).all(tx.db, given)
  const begun = await (all ? begunAll : begunOf).all(tx.db, given)
  return [...started, ...begun].map(({ at }) => at).sort((a, b) => a - b)
}

type Given = { workflow: string; since: Instant; run: RunId }
type Db = Tx['db']

// Started under no throttle: begun when it was started. Practice is under none, and takes no place of work.
const startedAll = compiled((db, given: Given) => started(db, given))
const startedOf = compiled((db, given: Given) => started(db, given).where('runs.workflow', '=', given.workflow))
const begunAll = compiled((db, given: Given) => begun(db, given))
const begunOf = compiled((db, given: Given) => begun(db, given).where('workflow', '=', given.workflow))
const dueAll = compiled((db, given: Given) => due(db, given).limit(sql.lit(mostWaiting)))
const dueInWorkflow = compiled((db, given: Given) =>
  due(db, given).where('admissions.workflow', '=', given.workflow).limit(sql.lit(mostWaiting)),
)

function started(db: Db, given: Readonly<Given>) {
  return db
    .selectFrom('runs')
    .leftJoin('admissions', 'admissions.run_id', 'runs.id')
    .select('runs.started_at as at')
    .where('runs.started_at', '>', given.since)
    .where('admissions.run_id', 'is', null)
    .where('runs.id', '<>', given.run)
    .where(isWork)
}

function begun(db: Db, given: Readonly<Given>) {
  return db
    .selectFrom('admissions')
    .select((eb) => eb.ref('begun_at').$notNull().as('at'))
    .where('begun_at', 'is not', null)
    .where('begun_at', '>', given.since)
}

/** One that was cancelled before it began keeps nobody waiting. */
function due(db: Db, given: Readonly<Given>) {
  return db
    .selectFrom('admissions')
    .innerJoin('runs', 'runs.id', 'admissions.run_id')
    .select('admissions.due_at as at')
    .where('admissions.begun_at', 'is', null)
    .where('admissions.run_id', '<>', given.run)
    .where('runs.ended_at', 'is', null)
}

/** Says when a run may begin. The caller journals it. */
export async function keepAdmission(tx: Tx, run: Candidate, due: Instant): Promise<void> {
  await keep.run(tx.db, { run: run.id, workflow: run.workflow, due })
}

/** Says that it begins. */
export async function markBegun(tx: Tx, run: RunId, at: Instant): Promise<void> {
  await mark.run(tx.db, { run, at })
}

const kept = compiled((db, given: { run: RunId }) =>
  db.selectFrom('admissions').select('due_at').where('run_id', '=', given.run).where('begun_at', 'is', null),
)
const allWaiting = compiled((db) =>
  db
    .selectFrom('admissions')
    .innerJoin('runs', 'runs.id', 'admissions.run_id')
    .select(['runs.id', 'runs.workflow', 'admissions.due_at as due'])
    .where('admissions.begun_at', 'is', null)
    .where('runs.ended_at', 'is', null)
    .orderBy('admissions.due_at')
    .orderBy('admissions.run_id')
    .limit(sql.lit(mostWaiting)),
)
const keep = compiled((db, given: { run: RunId; workflow: string; due: Instant }) =>
  db
    .insertInto('admissions')
    .values({ run_id: given.run, workflow: given.workflow, due_at: given.due, begun_at: sql`NULL` })
    .onConflict((clash) => clash.column('run_id').doUpdateSet({ due_at: given.due })),
)
const mark = compiled((db, given: { run: RunId; at: Instant }) =>
  db
    .updateTable('admissions')
    .set({ begun_at: given.at })
    .where('run_id', '=', given.run)
    .where('begun_at', 'is', null),
)
