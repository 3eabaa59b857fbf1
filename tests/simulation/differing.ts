import type { Kernel } from '../../src/executor/kernel.ts'
import type { Row } from '../../src/store/tables.ts'
import { kept, type Rows, replayed } from '../replay/replay.ts'

type Table = keyof Rows

/** The events alone give the rows; of the forgotten, of whom no event tells any more, the rows of their reservations do it. */
export async function differing(kernel: Kernel): Promise<string[]> {
  const gone = await goneIn(kernel)
  const rows = await kept(kernel)
  const told = await replayed(kernel, ({ payload, run }) => payload === null || gone.has(run ?? ''))
  const owed = owedIn(rows.reservations, gone)
  return (Object.keys(rows) as Table[]).flatMap((table) => {
    const [keeps, ofThem] = [rows[table].filter(isLeft(gone)), told[table].filter(isLeft(gone))]
    const tells = ofThem.map((row) => withOwed(table, row, owed))
    const missing = keeps.filter((row) => !tells.includes(row))
    const extra = tells.filter((row) => !keeps.includes(row))
    return missing.length + extra.length === 0 ? [] : [`${table}: kept ${missing[0]}, told ${extra[0]}`]
  })
}

/** Runs about the forgotten, and what is of them. */
async function goneIn({ store: { read } }: Kernel): Promise<ReadonlySet<string>> {
  const people = read.selectFrom('identities').select('id').where('name', 'is', null)
  const runs = await read.selectFrom('runs').select('id').where('subject', 'in', people).execute()
  const of = runs.map(({ id }) => id)
  const tasks = await read.selectFrom('tasks').select('id').where('run_id', 'in', of).execute()
  const gates = await read.selectFrom('gates').select('id').where('run_id', 'in', of).execute()
  const ids = [...runs, ...tasks, ...gates].map(({ id }) => id as string)
  return new Set(ids.flatMap((id) => [id, `run:${id}`, `task:${id}`]))
}

function isLeft(gone: ReadonlySet<string>): (row: string) => boolean {
  return (row) => !Object.values(JSON.parse(row) as object).some((value) => gone.has(value as string))
}

type Owed = ReadonlyMap<string, { spent: number; reserved: number }>

/** What the purses hold for the forgotten. */
function owedIn(reservations: readonly string[], gone: ReadonlySet<string>): Owed {
  const owed = new Map<string, { spent: number; reserved: number }>()
  for (const row of reservations.map((text) => JSON.parse(text) as Row<'reservations'>)) {
    if (!gone.has(row.run_id)) continue
    for (const { scope, period } of JSON.parse(row.scopes) as { scope: string; period: string }[]) {
      const purse = owed.get(`${scope} ${period}`) ?? { spent: 0, reserved: 0 }
      if (row.state === 'held' || row.state === 'sent') purse.reserved += row.amount
      else purse.spent += row.actual ?? 0
      owed.set(`${scope} ${period}`, purse)
    }
  }
  return owed
}

function withOwed(table: Table, text: string, owed: Owed): string {
  if (table !== 'budgets') return text
  const row = JSON.parse(text) as Row<'budgets'>
  const { spent, reserved } = owed.get(`${row.scope} ${row.period}`) ?? { spent: 0, reserved: 0 }
  return JSON.stringify({ ...row, spent: row.spent + spent, reserved: row.reserved + reserved })
}
