import { compiled } from '../store/compiled.ts'
import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import type { RunId } from '../values/id.ts'

/** The row of a run that is there. */
export async function readRun(db: Tx['db'], id: RunId): Promise<Row<'runs'>> {
  const row = await runById.first(db, { id })
  if (!row) throw new TypeError(`there is no run ${id}`)
  return row
}

const runById = compiled((db, given: { id: RunId }) => db.selectFrom('runs').selectAll().where('id', '=', given.id))
