import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Kernel } from '../../src/executor/kernel.ts'
import type { Json } from '../../src/values/json.ts'
import projection from './projection.json' with { type: 'json' }
import { providerLog } from './provider-log.ts'
import { providersOf } from './scene-files.ts'

type Fields = Readonly<Record<string, readonly string[] | undefined>>
const hiddenColumns: Fields = projection.columns
const hiddenPayload: Fields = projection.payloads

// Every table but the journal itself, what is derived from the clock (rates), and the company's own keys.
const tables = [
  ...['runs', 'tasks', 'needs', 'steps', 'effects', 'gates', 'gate_covers', 'decisions', 'grants', 'budgets'],
  ...[
    'reservations',
    'plans',
    'pins',
    'artifacts',
    'identities',
    'handles',
    'facts',
    'memberships',
    'pointers',
    'meta',
  ],
] as const
type Table = Parameters<Kernel['store']['read']['selectFrom']>[0] & (typeof tables)[number]

/** All that a company has at the end, in its store and outside, without what projection.json names. */
export async function endingOf(kernel: Kernel, folder: string): Promise<Record<string, readonly string[]>> {
  const ending: Record<string, readonly string[]> = { outside: effectsOutside(folder) }
  const isHidden = await readHidden(kernel)
  for (const table of tables) {
    const rows = (await kernel.store.read
      .selectFrom(table as Table)
      .selectAll()
      .execute()) as Record<string, Json>[]
    const shown = await Promise.all(
      rows.filter((row) => !isHidden(table, row)).map((row) => project(kernel, table, row)),
    )
    ending[table] = shown.map((row) => JSON.stringify(row)).sort()
  }
  return ending
}

/** What the providers did: each act and each taking back, and the mails in the outbox. */
function effectsOutside(folder: string): string[] {
  const acts = providerLog(providersOf(folder))
    .entries()
    .filter((entry) => entry.what !== 'asked')
    .map((entry) => JSON.stringify(entry))
  // Taking back what is taken back already is harmless, and may happen again after a crash.
  return [
    ...new Set(acts.filter((act) => act.includes('"undone"'))),
    ...acts.filter((act) => !act.includes('"undone"')),
    ...letters(folder),
  ].sort()
}

/** The mails in the outbox, by file and reader. */
export function letters(folder: string): string[] {
  const outbox = join(folder, 'outbox')
  return readdirSync(folder).includes('outbox')
    ? readdirSync(outbox).map((name) => `${name} ${/^To: .*$/m.exec(readFileSync(join(outbox, name), 'utf8'))?.[0]}`)
    : []
}

/** Which rows the projection leaves out as a whole: doubts with their answers, and what undos need. */
async function readHidden({ store }: Kernel): Promise<(table: string, row: Record<string, Json>) => boolean> {
  const gates = await store.read.selectFrom('gates').select(['id', 'reason']).execute()
  const tasks = await store.read.selectFrom('tasks').select(['id', 'kind']).execute()
  const doubts = new Set<Json>(gates.filter((gate) => projection.gates.includes(gate.reason)).map((gate) => gate.id))
  const undos = new Set<Json>(tasks.filter((task) => projection.needsOf.includes(task.kind)).map((task) => task.id))
  return (table, row) => {
    if (table === 'gates') return doubts.has(row.id ?? null)
    if (table === 'decisions' || table === 'gate_covers') return doubts.has(row.gate_id ?? null)
    return table === 'needs' && undos.has(row.task_id ?? null)
  }
}

async function project({ journal }: Kernel, table: string, row: Record<string, Json>): Promise<Record<string, Json>> {
  const hidden = hiddenColumns[table] ?? []
  const shown: Record<string, Json> = {}
  for (const [column, value] of Object.entries(row)) {
    if (hidden.includes(column)) continue
    const isSeq = column === 'seq' || column.endsWith('_seq')
    const [event] = isSeq && value !== null ? await journal.at([Number(value)]) : []
    shown[column] = event
      ? { kind: event.kind, ...without(event.payload as Json, hiddenPayload[event.kind] ?? []) }
      : value
  }
  return shown
}

function without(payload: Json, paths: readonly string[]): { readonly [key: string]: Json } {
  const copy = structuredClone(payload) as Record<string, Json>
  for (const path of paths) {
    const steps = path.split('.')
    const last = steps.pop() ?? ''
    const holder = steps.reduce<Json | undefined>((at, step) => (at as Record<string, Json> | null)?.[step], copy)
    if (typeof holder === 'object' && holder !== null) delete (holder as Record<string, Json>)[last]
  }
  return copy
}
