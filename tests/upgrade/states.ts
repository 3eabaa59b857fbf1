import type { DatabaseSync } from 'node:sqlite'

const columns = { runs: 'state', tasks: 'state', effects: 'state', gates: 'state', memberships: 'status' }

/** The states that occur in a store, by table. */
export function statesIn(connection: DatabaseSync): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(columns).map(([table, column]) => {
      const rows = connection.prepare(`SELECT DISTINCT ${column} AS state FROM ${table} ORDER BY 1`).all()
      return [table, rows.map(({ state }) => String(state))]
    }),
  )
}
