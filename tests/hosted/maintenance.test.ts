import { expect, onTestFinished, test } from 'vitest'
import { openChores } from '../../src/os/chores.ts'
import { noteMaintenance } from '../../src/os/maintenance.ts'
import type { Os } from '../../src/os/os.ts'
import { probing } from '../../src/os/probing.ts'
import { openMaintenance } from '../../src/os/queries/maintenance.ts'
import type { Row } from '../../src/store/tables.ts'
import { maintained } from '../../src/telemetry/upkeep-event.ts'
import { fault } from '../../src/values/fault.ts'
import { days, hours, minutes } from '../../src/values/time.ts'
import { type HostedCompany, hostedCompany } from './hosted-company.ts'
import { hostedButtondown } from './providers.ts'

const refused = fault('adapter.refused', { adapter: 'buttondown', action: 'the probe', why: '401' })
const changed = fault('adapter.changed', { adapter: 'buttondown', action: 'the probe', why: 'count: missing' })
const away = fault('adapter.unreachable', { adapter: 'buttondown', why: 'ECONNREFUSED' })

const shown = async (company: HostedCompany) =>
  (await openMaintenance(company.kernel as unknown as Os)).map(
    ({ about, fault: found }) => `${about.replace('adapter:', '')} ${found.code}`,
  )

test('what a look finds is kept once, becomes another when it changes, and closes when all is well', async () => {
  const company = await hostedCompany(hostedButtondown)
  const note = (found: Parameters<typeof noteMaintenance>[2]) =>
    noteMaintenance(company.kernel, 'adapter:buttondown', found)
  await note(null)
  expect(await shown(company)).toEqual([])
  await note(refused)
  await note(refused)
  expect(await shown(company)).toEqual(['buttondown adapter.refused'])
  await note(away)
  expect(await shown(company)).toEqual(['buttondown adapter.refused'])
  await note(changed)
  expect(await shown(company)).toEqual(['buttondown adapter.changed'])
  await note(null)
  expect(await shown(company)).toEqual([])
  expect(await company.kernel.store.read.selectFrom('maintenance').selectAll().execute()).toEqual(await folded(company))
  await note(refused)
  expect(await company.kernel.store.read.selectFrom('maintenance').selectAll().execute()).toEqual(await folded(company))
})

test('a provider is looked at when work begins, then daily, and every quarter of an hour until it is mended', async () => {
  const company = await hostedCompany(hostedButtondown)
  const { store, vault } = company.kernel
  const { server, secret } = company.provider
  const chores = openChores([probing(company.kernel, company.adapters)], company.clock)
  onTestFinished(() => chores.close())
  chores.work()
  await looks(server, 2)
  expect(await shown(company)).toEqual([])
  await store.write((tx) => vault.setSecret(tx, secret.name, 'old'))
  await company.clock.advance(hours(23))
  expect(server.requests).toHaveLength(2)
  await company.clock.advance(hours(1))
  await looks(server, 3)
  await until(async () => (await shown(company)).length > 0)
  expect(await shown(company)).toEqual(['buttondown adapter.refused'])

  await store.write((tx) => vault.setSecret(tx, secret.name, secret.value))
  await company.clock.advance(minutes(15))
  await until(async () => (await shown(company)).length === 0)
  await company.clock.advance(hours(2))
  expect(server.requests).toHaveLength(5)
})

test('nobody waits for a look, and a company that closes does not either', async () => {
  const company = await hostedCompany(hostedButtondown)
  const chores = openChores([probing(company.kernel, company.adapters)], company.clock)
  await chores.idle()
  expect([await chores.nextDue(), company.provider.server.requests]).toEqual([undefined, []])
  company.provider.server.trouble({ method: 'GET', trouble: { how: 'silent', when: 'before' } })
  chores.work()
  await looks(company.provider.server, 1)
  await chores.close()
  await company.clock.advance(days(2))
  expect(company.provider.server.requests).toHaveLength(1)
  expect(await shown(company)).toEqual([])
})

/** The rows, from the events alone. */
async function folded({ kernel }: HostedCompany): Promise<Row<'maintenance'>[]> {
  const rows = new Map<number, Row<'maintenance'>>()
  for (const event of await kernel.journal.page({ after: 0, limit: 1000 })) {
    if (event.kind === 'maintenance.opened' && event.payload) {
      const { fault: found } = event.payload
      const opened = { opened_seq: event.seq, about: maintained(event.payload), code: found.code, opened_at: event.at }
      rows.set(event.seq, { ...opened, closed_seq: null, closed_at: null })
    }
    const row = event.kind === 'maintenance.closed' ? rows.get(event.payload?.opened ?? 0) : undefined
    if (row) rows.set(row.opened_seq, { ...row, closed_seq: event.seq, closed_at: event.at })
  }
  return [...rows.values()]
}

const looks = (server: { readonly requests: readonly string[] }, count: number): Promise<void> =>
  until(async () => server.requests.length >= count)

/** Turns the event loop until it is so: the server is another party, on a real wire. */
async function until(so: () => Promise<boolean>): Promise<void> {
  while (!(await so())) await new Promise((resolve) => setImmediate(resolve))
}
