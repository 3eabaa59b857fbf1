import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DemoCompany } from '../../scripts/demo/company.ts'
import type { GateView, Inbox } from '../../src/os/queries/gates.ts'
import type { RunView } from '../../src/os/queries/run.ts'
import { instant } from '../../src/values/time.ts'

/** When every journey begins. */
export const begin = instant(Date.UTC(2026, 2, 13, 9))

/** A company from the starter whose eight sample readers are imported; `served` leaves its `soloist start` running. */
export async function companyWithReaders({ served = false } = {}): Promise<DemoCompany> {
  const company = new DemoCompany(begin)
  await company.soloist(['init', company.folder])
  if (served) await company.serve()
  await company.ask(['identity', 'add', 'audience', 'Our readers', 'audience:readers'])
  await company.ask(['identity', 'import', `${company.folder}/audience.csv`, '--audience', 'audience:readers'])
  return company
}

/** Starts a newsletter, and gives its run and the gate that waits. */
export async function startLetter(company: DemoCompany, input: object = {}): Promise<{ run: RunView; gate: GateView }> {
  const run = await company.ask<RunView>(['run', 'newsletter', '--input', JSON.stringify(input)])
  return { run, gate: await openGate(company) }
}

/** The one gate in the inbox. */
export async function openGate(company: DemoCompany): Promise<GateView> {
  const { confirm, batch } = await company.ask<Inbox>(['inbox'])
  const [gate, ...more] = [...confirm, ...batch]
  if (!gate || more.length > 0) throw new Error(`${confirm.length + batch.length} gates wait, not one`)
  return gate
}

/** The raw letters of the outbox; none when it is not there yet. */
export function letters({ folder }: DemoCompany): string[] {
  const outbox = join(folder, 'outbox')
  try {
    return readdirSync(outbox).map((name) => readFileSync(join(outbox, name), 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
