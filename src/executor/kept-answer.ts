import { sql } from 'kysely'
import type { Turn } from '../models/ask.ts'
import { compiled } from '../store/compiled.ts'
import { isPractice } from '../store/practice.ts'
import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import { contentHash, type Json } from '../values/json.ts'
import { worstOrigin } from '../values/origin.ts'
import { between, type Instant, later } from '../values/time.ts'
import { type Attempt, recordStep } from './attempt.ts'
import { surenessFrom, surenessKept } from './confidence.ts'
import type { Wanted } from './model-turn.ts'
import { readAnswer } from './read-answer.ts'

// Some weeks of a busy agent, in a table of half a megabyte.
const mostKept = 5000

/**
 * Keeps where the answer to a whole question is, for an agent that wants that, in the transaction that records it. Only what was answered
 * at the first turn is kept: what tools gave, and what was said after a correction, belongs to one conversation; and what a version said
 * that was only tried is nobody's answer.
 */
export async function keepAnswer(tx: Tx, attempt: Attempt, wanted: Wanted, turn: Turn, step: number): Promise<void> {
  const { cache } = wanted.mind
  if (!cache || cache.maxAge <= 0 || isPractice(attempt.run) || !isWhole(wanted, turn)) return
  const now = attempt.kernel.clock.now()
  const { subject } = attempt.task
  const key = keyOf(attempt, wanted)
  await put.run(tx.db, { key, subject, step_seq: step, answered_at: now, kept_until: later(now, cache.maxAge) })
  await dropOld.run(tx.db, { now })
  await dropBeyond.run(tx.db, {})
}

/**
 * The answer to the same question that was kept, recorded as this turn's step, with less confidence the older it is. What was said about
 * somebody who is forgotten since is gone.
 */
export async function keptAnswer(attempt: Attempt, wanted: Wanted): Promise<Json | undefined> {
  const { kernel } = attempt
  const { cache, output, tier } = wanted.mind
  if (!cache || output === undefined || !isFirst(wanted.key)) return undefined
  const row = await find.first(kernel.store.read, { key: keyOf(attempt, wanted) })
  const age = row === undefined ? undefined : between(row.answered_at, kernel.clock.now())
  if (row === undefined || age === undefined || age >= cache.maxAge) return undefined
  const [event] = await kernel.journal.at([row.step_seq])
  if (event?.kind !== 'step.done' || event.payload === null) return undefined
  const { turn, model, rung } = event.payload.output as unknown as { turn: Turn; model: string; rung?: string }
  const answer = readAnswer({ output }, turn)
  if (!answer.ok) return undefined
  const sure = answer.confidence === undefined ? undefined : surenessFrom(tier, rung, answer.confidence)
  const confidence = sure === undefined ? {} : { confidence: surenessKept(sure, age, cache.maxAge) }
  const usage = { tokensIn: 0, tokensOut: 0 }
  const again = { ...turn, usage, object: { output: answer.output, ...confidence } }
  const stands: Json = { turn: again as unknown as Json, model, rung: 'cached', from: row.step_seq }
  const origin = worstOrigin([wanted.origin, event.origin])
  await kernel.store.write((tx) => recordStep(tx, attempt, { key: wanted.key, kind: 'kept', output: stands, origin }))
  return stands
}

/** The whole question: who is asked, by which tier, what; and about whom, unless the agent says that it is the same for everybody. */
function keyOf({ task }: Attempt, { mind, prompt }: Wanted): string {
  const { system, messages, tools, output } = prompt
  const about = mind.cache?.across === 'company' ? null : task.subject
  return contentHash({ name: mind.name ?? null, tier: mind.tier, system, messages, tools, output, about })
}

function isWhole({ key, mind }: Wanted, turn: Turn): boolean {
  if (!isFirst(key) || mind.output === undefined || turn.toolCalls.length > 0) return false
  return turn.finish !== 'length' && readAnswer({ output: mind.output }, turn).ok
}

function isFirst(key: string): boolean {
  return key === 'turn/1' || key.endsWith('/turn/1')
}

const find = compiled((db, given: { key: string }) =>
  db.selectFrom('answers').select(['step_seq', 'answered_at']).where('key', '=', given.key),
)
const put = compiled((db, given: Row<'answers'>) =>
  db
    .insertInto('answers')
    .values({
      key: given.key,
      subject: given.subject,
      step_seq: given.step_seq,
      answered_at: given.answered_at,
      kept_until: given.kept_until,
    })
    .onConflict((clash) =>
      clash.column('key').doUpdateSet({
        subject: given.subject,
        step_seq: given.step_seq,
        answered_at: given.answered_at,
        kept_until: given.kept_until,
      }),
    ),
)
const dropOld = compiled((db, given: { now: Instant }) => db.deleteFrom('answers').where('kept_until', '<=', given.now))
const dropBeyond = compiled((db, _given: Record<string, never>) =>
  db
    .deleteFrom('answers')
    .where('key', 'in', (rows) =>
      rows
        .selectFrom('answers')
        .select('key')
        .orderBy('kept_until', 'desc')
        .limit(sql.lit(-1))
        .offset(sql.lit(mostKept)),
    ),
)
