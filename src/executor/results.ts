import { sql } from 'kysely'
import type { Wire } from '../planner/plan.ts'
import { reach } from '../values/json.ts'
import type { Attempt } from './attempt.ts'
import { taskId } from './place.ts'
import { outputOf, type Sourced } from './values.ts'

// So many results a query: a list of any length is read in bounded pieces.
const pageSize = 500

/** What a wire carries in each of several scopes, in their order; `undefined` where its task was skipped or failed. */
export async function readResults(attempt: Attempt, wire: Wire, prefixes: readonly string[]): Promise<Sourced[]> {
  if ('value' in wire) return prefixes.map(() => ({ value: wire.value, origin: 'system', sources: [] }))
  const { kernel, run } = attempt
  const results: Sourced[] = []
  for (let from = 0; from < prefixes.length; from += pageSize) {
    const page = prefixes.slice(from, from + pageSize)
    const ids = page.map((prefix) => taskId(run.id, prefix + wire.from))
    const rows = await kernel.store.read
      .selectFrom('tasks')
      .select(['id', 'outcome_seq'])
      .where('id', 'in', ids)
      .where('state', '=', sql.lit('done'))
      .execute()
    const events = new Map(
      (await kernel.journal.at(rows.flatMap((row) => row.outcome_seq ?? []))).map((event) => [event.seq, event]),
    )
    const byId = new Map(rows.map((row) => [row.id, events.get(row.outcome_seq ?? 0)]))
    for (const id of ids) {
      const event = byId.get(id)
      const whole: Sourced = event ? outputOf(event) : { value: undefined, origin: 'system', sources: [] }
      results.push({ ...whole, value: reach(whole.value, wire.path) })
    }
  }
  return results
}
