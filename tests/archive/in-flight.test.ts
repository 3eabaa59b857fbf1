import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { importCompany } from '../../src/os/archive/import.ts'
import type { EffectKey } from '../../src/values/id.ts'
import { kept, replayed } from '../replay/replay.ts'
import { newCompany, openCompanyIn, passphrase, type TestCompany, writeLetter } from './company.ts'

async function copied(ana: TestCompany): Promise<TestCompany> {
  const target = join(dirname(ana.folder), `${basename(ana.folder)}-copy`)
  await ana.os.export(`${target}.soloist`, { move: false, passphrase })
  await importCompany(`${target}.soloist`, target, passphrase)
  return openCompanyIn(target)
}

test('an undo that was under way when a copy was made is put to the operator there', async () => {
  const ana = await newCompany()
  const { run, gate } = await writeLetter(ana, 'Dear Bob')
  await ana.os.decide(gate, { verdict: 'approved' })
  await ana.os.idle()
  ana.office.patience = 0
  await ana.os.undo(run, { dryRun: false })
  await ana.os.idle()
  // What went outward is taken back only when the operator says so once more.
  const permit = await ana.kernel.store.read.selectFrom('gates').select('id').where('state', '=', 'open').execute()
  await ana.os.decide(permit[0]!.id, { verdict: 'approved' })
  ana.os.work()
  await ana.office.hanging.promise
  const copy = await copied(ana)
  await copy.os.resume('to look around')
  await copy.os.idle()
  expect(copy.office.takenBack).toEqual([])
  const open = await copy.kernel.store.read
    .selectFrom('gates')
    .select(['id', 'reason'])
    .where('state', '=', 'open')
    .execute()
  expect(open).toMatchObject([{ reason: 'undo' }])
  await copy.os.decide(open[0]!.id, { verdict: 'approved' })
  await copy.os.idle()
  expect(copy.office.takenBack).toEqual([])
  expect(await copy.kernel.store.read.selectFrom('runs').select('state').execute()).toEqual([{ state: 'undone' }])
})

test('what was approved and not begun when a copy was made waits for the operator to resume it', async () => {
  const ana = await newCompany()
  const { gate } = await writeLetter(ana, 'Dear Bob')
  await ana.os.decide(gate, { verdict: 'approved' })
  const copy = await copied(ana)
  await copy.os.idle()
  expect(copy.office.handedIn).toEqual([])
})

test('a call that surely did not happen yet is in doubt in a copy too: the original may have made it since', async () => {
  const ana = await newCompany()
  const { gate } = await writeLetter(ana, 'Dear Bob')
  await ana.os.decide(gate, { verdict: 'approved' })
  ana.office.closed = true
  await ana.os.idle()
  const effects = (opened: TestCompany) =>
    opened.kernel.store.read.selectFrom('effects').select(['key', 'state', 'fence']).execute()
  const key = (await effects(ana))[0]?.key as EffectKey
  expect(await effects(ana)).toEqual([{ key, state: 'intended', fence: 0 }])
  const copy = await copied(ana)
  expect(await effects(copy)).toEqual([{ key, state: 'unknown', fence: -2 }])
  const doubts = await copy.kernel.journal.page({ after: 0, limit: 10, kind: 'effect.unknown' })
  expect(doubts.map((event) => event.payload)).toMatchObject([{ key, fault: { code: 'effect.in-doubt' } }])
})

test('the events of a copy of a copy give its rows, with a doubt that was one in the first copy already', async () => {
  const ana = await newCompany()
  const { gate } = await writeLetter(ana, 'Dear Bob')
  await ana.os.decide(gate, { verdict: 'approved' })
  ana.office.closed = true
  await ana.os.idle()
  const second = await copied(await copied(ana))
  const { effects, ...rest } = await kept(second.kernel)
  expect(effects).toEqual([expect.stringContaining('"fence":-3')])
  expect(await replayed(second.kernel)).toEqual({ effects, ...rest })
})

test('a round that was under way when a copy was made sends nothing more there before the operator has answered', async () => {
  const ana = await newCompany()
  const { gate } = await writeLetter(ana, 'one two three four', 'rounds')
  ana.office.patience = 1
  await ana.os.decide(gate, { verdict: 'approved' })
  ana.os.work()
  await ana.office.hanging.promise
  const copy = await copied(ana)
  await copy.os.resume('the original is gone')
  await copy.os.idle()
  expect(copy.office.handedIn).toEqual([])
  const [doubt] = await copy.kernel.store.read
    .selectFrom('gates')
    .select(['id', 'reason'])
    .where('state', '=', 'open')
    .execute()
  expect(doubt).toMatchObject({ reason: 'doubt' })
  await copy.os.decide(doubt!.id, { verdict: 'went-out' })
  await copy.os.idle()
  expect(copy.office.handedIn).toHaveLength(2)
  for (const key of copy.office.handedIn) expect(ana.office.handedIn).not.toContain(key)
  expect(await copy.kernel.store.read.selectFrom('runs').select('state').execute()).toEqual([{ state: 'done' }])
})
