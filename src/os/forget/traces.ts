import { sql } from 'kysely'
import type { Tx } from '../../store/store.ts'
import type { IdentityId, RunId } from '../../values/id.ts'
import type { Instant } from '../../values/time.ts'

/** What a plan says that was made for someone who is forgotten: nothing. */
const emptyPlan = JSON.stringify({
  version: 1,
  name: 'forgotten',
  input: {},
  lane: 'background',
  subject: null,
  budget: null,
  deadline: null,
  tasks: [],
  output: { value: null, path: [] },
})

/** In place of what could be guessed and then be confirmed: the hash of a letter of which only the address differs. */
const nothing = ''

/**
 * Clears what the tables of work hold of these beside ids and times: hashes of what was written to them, names that a planner or a
 * list gave to tasks of runs about them, plans that a planner made for them, names under which a sender's events came in,
 * proposals learned of them, hashes of what a model was asked about them. The runs must be over. What another's run says of them is under that other.
 */
export async function clearTraces(tx: Tx, ids: readonly IdentityId[], now: Instant): Promise<void> {
  await tx.db
    .updateTable('effects')
    .set({ content_hash: nothing })
    .where('subject', 'in', [...ids])
    .execute()
  for (const run of await runsOf(tx, ids)) await clearRun(tx, run)
  await clearReceipts(tx, ids)
  await clearProposals(tx, ids)
  await tx.db
    .deleteFrom('answers')
    .where('subject', 'in', [...ids])
    .execute()
  await tx.db
    .updateTable('grants')
    .set({ payee: null, withdrawn_at: sql`coalesce(withdrawn_at, ${now})` })
    .where('subject', 'in', [...ids])
    .execute()
}

async function runsOf(tx: Tx, ids: readonly IdentityId[]): Promise<readonly RunId[]> {
  const rows = await tx.db
    .selectFrom('runs')
    .select('id')
    .where('subject', 'in', [...ids])
    .execute()
  return rows.map((row) => row.id)
}

async function clearRun(tx: Tx, run: RunId): Promise<void> {
  const gates = tx.db.selectFrom('gates').select('id').where('run_id', '=', run)
  await tx.db.updateTable('decisions').set({ content_hash: null }).where('gate_id', 'in', gates).execute()
  await tx.db.updateTable('gates').set({ binding: nothing }).where('run_id', '=', run).execute()
  const tasks = tx.db.selectFrom('tasks').select('id').where('run_id', '=', run)
  await tx.db.updateTable('waits').set({ match: nothing }).where('task_id', 'in', tasks).execute()
  await clearPlans(tx, run)
  // What its workflow's author called them stays; what was named after an item, or by a planner, gets its id for a name.
  await sql`UPDATE tasks SET name = id, node = id WHERE run_id = ${run} AND parent_id IS NOT NULL`.execute(tx.db)
}

/** Plans that a planner made within the run. One that an open run has too, word by word, stays for that. */
async function clearPlans(tx: Tx, run: RunId): Promise<void> {
  const { rows } = await sql<{ hash: string }>`
    SELECT DISTINCT plan_hash AS hash FROM tasks WHERE run_id = ${run}
    AND plan_hash <> (SELECT plan_hash FROM runs WHERE id = ${run})`.execute(tx.db)
  for (const { hash } of rows) {
    await sql`UPDATE plans SET body = ${emptyPlan} WHERE hash = ${hash} AND NOT EXISTS (
      SELECT 1 FROM runs JOIN tasks ON tasks.run_id = runs.id
      WHERE runs.state IN ('running', 'held', 'undoing', 'undo-held') AND tasks.plan_hash = ${hash})`.execute(tx.db)
  }
}

async function clearReceipts(tx: Tx, ids: readonly IdentityId[]): Promise<void> {
  await sql`UPDATE receipts SET event = 'forgotten ' || id, match = iif(match IS NULL, NULL, ${nothing})
    WHERE received_seq IN (SELECT seq FROM events WHERE subject IN (${sql.join(ids)}) AND kind = 'webhook.received')`.execute(
    tx.db,
  )
}

/** What was learned of them and not accepted: the file that it was to become may be named after them. */
async function clearProposals(tx: Tx, ids: readonly IdentityId[]): Promise<void> {
  await sql`DELETE FROM proposals WHERE state <> 'accepted'
    AND made_seq IN (SELECT seq FROM events WHERE subject IN (${sql.join(ids)}) AND kind = 'knowledge.proposed')`.execute(
    tx.db,
  )
}
