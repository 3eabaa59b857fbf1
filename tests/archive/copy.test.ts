import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { importCompany } from '../../src/os/archive/import.ts'
import { listWebhooks } from '../../src/os/queries/webhooks.ts'
import {
  draftBeside,
  newCompany,
  openCompanyIn,
  passphrase,
  postInVain,
  stateOf,
  type TestCompany,
  writeLetter,
} from './company.ts'

const beside = (opened: TestCompany, name: string): string => join(dirname(opened.folder), name)

async function copyOf(opened: TestCompany): Promise<{ folder: string; archive: string }> {
  const archive = beside(opened, 'ana.soloist')
  await opened.os.export(archive, { move: false, passphrase })
  const folder = beside(opened, 'copy')
  await importCompany(archive, folder, passphrase)
  return { folder, archive }
}

test('a copy has the same state, files and key, and its journal goes on from the original', async () => {
  const ana = await newCompany()
  const { gate } = await writeLetter(ana, 'Dear Bob')
  const { folder, archive } = await copyOf(ana)
  const before = await stateOf(ana)
  const copy = await openCompanyIn(folder)
  const after = await stateOf(copy)

  expect(after.events.slice(0, before.events.length)).toEqual(before.events)
  expect(before.events.at(-1)?.kind).toBe('company.exported')
  expect(after.events.slice(before.events.length).map((event) => event.kind)).toEqual([
    'company.imported',
    'company.paused',
  ])
  expect({ ...after, events: [] }).toEqual({ ...before, events: [] })
  expect(readFileSync(join(folder, 'agents/writer.md'), 'utf8')).toBe('Write as Ana does: žluťoučký kůň.\n')
  expect(statSync(join(folder, 'agents/writer.md')).mode & 0o777).toBe(0o600)
  expect(statSync(join(folder, '.soloist/vault.key')).mode & 0o777).toBe(0o600)
  expect(statSync(archive).mode & 0o777).toBe(0o600)
  expect(existsSync(join(folder, 'node_modules'))).toBe(false)
  expect(await copy.os.verify()).toMatchObject({ events: after.events.length })

  const card = await copy.kernel.gates.stateOf({ db: copy.kernel.store.read } as never, gate)
  expect(card).toBe('open')
  expect(readdirSync(dirname(ana.folder)).sort()).toEqual(['ana', 'ana.soloist', 'copy'])
})

test('a copy is paused in an epoch of its own, and goes on when the operator says so', async () => {
  const ana = await newCompany()
  const { gate } = await writeLetter(ana, 'Dear Bob')
  const { folder } = await copyOf(ana)
  const copy = await openCompanyIn(folder)
  expect(await copy.os.mode()).toMatchObject({ mode: 'paused', why: expect.stringContaining('imported copy') })
  expect(await copy.kernel.store.read.selectFrom('meta').selectAll().where('name', '=', 'epoch').execute()).toEqual([
    { name: 'epoch', value: '2' },
  ])

  await copy.os.decide(gate, { verdict: 'approved' })
  await copy.os.idle()
  expect(copy.office.handedIn).toEqual([])
  await copy.os.resume('the original is gone')
  await copy.os.idle()
  expect(copy.office.handedIn).toHaveLength(1)
})

test('what was on its way out when a copy was made is put to the operator there, and nothing is sent', async () => {
  const ana = await newCompany()
  const { run } = await postInVain(ana, 'Dear Bob')
  const { folder } = await copyOf(ana)
  const copy = await openCompanyIn(folder)
  await copy.os.resume('to look around')
  await copy.os.idle()
  expect(copy.office.handedIn).toEqual([])
  const effects = await copy.kernel.store.read.selectFrom('effects').select(['state', 'fence']).execute()
  expect(effects).toEqual([{ state: 'unknown', fence: -2 }])
  const doubt = await copy.kernel.store.read
    .selectFrom('gates')
    .selectAll()
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow()
  expect(doubt).toMatchObject({ reason: 'doubt', run_id: run })

  await copy.os.decide(doubt.id, { verdict: 'did-not' })
  await copy.os.idle()
  expect(copy.office.handedIn).toEqual(ana.office.handedIn)
})

test('a copy of a copy asks again, whatever was answered in the first', async () => {
  const ana = await newCompany()
  await postInVain(ana, 'Dear Bob')
  const { folder } = await copyOf(ana)
  const copy = await openCompanyIn(folder)
  await copy.os.resume('the original is gone')
  await copy.os.idle()
  const doubt = await copy.kernel.store.read
    .selectFrom('gates')
    .select('id')
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow()
  await copy.os.pause('before the answer is acted upon')
  await copy.os.decide(doubt.id, { verdict: 'did-not' })
  await copy.os.export(beside(ana, 'second.soloist'), { move: false, passphrase })
  await importCompany(beside(ana, 'second.soloist'), beside(ana, 'third'), passphrase)
  const third = await openCompanyIn(beside(ana, 'third'))
  await third.os.resume('to look around')
  await third.os.idle()
  expect(third.office.handedIn).toEqual([])
  expect(
    await third.kernel.store.read.selectFrom('gates').select('reason').where('state', '=', 'open').execute(),
  ).toEqual([{ reason: 'doubt' }])
})

test('work goes on while a copy is made', async () => {
  const ana = await newCompany()
  const exported = ana.os.export(beside(ana, 'ana.soloist'), { move: false, passphrase })
  await draftBeside(dirname(ana.folder))
  await writeLetter(ana, 'Dear Bob')
  const { lastSeq } = await exported
  const { events } = await stateOf(ana)
  expect(events.length).toBeGreaterThan(lastSeq)
  await importCompany(beside(ana, 'ana.soloist'), beside(ana, 'copy'), passphrase)
  const copy = await openCompanyIn(beside(ana, 'copy'))
  expect((await stateOf(copy)).events.slice(0, lastSeq)).toEqual(events.slice(0, lastSeq))
})

test('whom the original tells, a copy does not tell as well until it is asked to', async () => {
  const ana = await newCompany()
  const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`
  await ana.os.store.write((tx) => ana.os.vault.setSecret(tx, 'out', secret))
  const told = {
    url: 'https://example.org/told?key=hidden',
    kinds: ['run.done'],
    secret: 'out',
    payload: 'ids',
  } as const
  const id = await ana.os.webhooks.add(told)
  const { folder } = await copyOf(ana)
  const copy = await openCompanyIn(folder)
  const stateOf = async ({ os }: TestCompany) => (await listWebhooks(os)).subscriptions
  expect(await stateOf(copy)).toMatchObject([{ id, state: 'stopped', fault: { code: 'subscription.copied' } }])
  expect(await stateOf(ana)).toMatchObject([{ id, state: 'live' }])
  await copy.os.webhooks.replay(id)
  expect(await stateOf(copy)).toMatchObject([{ id, state: 'live', fault: null }])
})
