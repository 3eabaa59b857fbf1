import { appendFileSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { anchorHead, readAnchors } from '../../src/telemetry/anchor.ts'
import { startAnchoring } from '../../src/telemetry/anchoring.ts'
import type { Fault } from '../../src/values/fault.ts'
import { minutes, seconds } from '../../src/values/time.ts'
import { faultFrom } from '../store/open-store.ts'
import { type Fixture, openFixture, start } from './journal-fixture.ts'

const seqs = async (path: string): Promise<number[]> => (await readAnchors(path)).map((anchor) => anchor.seq)

function anchoring(fixture: Fixture, path = join(fixture.folder, 'anchors')) {
  const faults: Fault[] = []
  const { journal, store, clock } = fixture
  const every = { events: 10, after: minutes(1) }
  return {
    path,
    faults,
    ...startAnchoring({ journal, store, clock, path, epoch: 3, every, onFault: (fault) => faults.push(fault) }),
  }
}

test('an anchor holds the head, the time and the epoch, in a file only its owner can read', async () => {
  const { store, folder, events } = await openFixture()
  const path = join(folder, 'anchors')
  expect(await anchorHead(store.read, { path, at: start, epoch: 2 })).toBeUndefined()
  expect(await readAnchors(path)).toEqual([])
  await events(3)
  const anchor = await anchorHead(store.read, { path, at: start, epoch: 2 })
  const head = await store.read.selectFrom('events').select('mac').where('seq', '=', 3).executeTakeFirst()
  expect(anchor).toEqual({ seq: 3, mac: Buffer.from(head?.mac ?? []).toString('hex'), at: start, epoch: 2 })
  expect(await readAnchors(path)).toEqual([anchor])
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('a line that was torn off is passed over, and does not spoil the next', async () => {
  const { store, folder, events } = await openFixture()
  const path = join(folder, 'anchors')
  await events(1)
  const first = await anchorHead(store.read, { path, at: start, epoch: 1 })
  const line = readFileSync(path, 'utf8').trim()
  for (let length = 1; length < line.length; length += 7) {
    appendFileSync(path, `\n${line.slice(0, length)}`)
    expect(await readAnchors(path)).toEqual([first])
  }
  await events(1)
  const second = await anchorHead(store.read, { path, at: start, epoch: 1 })
  expect(await readAnchors(path)).toEqual([first, second])
})

test('the head is anchored after so many events', async () => {
  const fixture = await openFixture()
  const { path, close } = anchoring(fixture)
  await fixture.events(25)
  await close()
  expect((await seqs(path)).at(-1)).toBe(25)
  expect((await readAnchors(path))[0]).toMatchObject({ epoch: 3 })
})

test('a few events are anchored after a while, and silence is not', async () => {
  const fixture = await openFixture()
  const { path, anchor } = anchoring(fixture)
  await fixture.events(2)
  expect(fixture.clock.waiting()).toEqual([start + minutes(1)])
  await fixture.clock.advance(seconds(59))
  expect(await seqs(path)).toEqual([])
  await fixture.clock.advance(seconds(1))
  await anchor()
  expect(await seqs(path)).toEqual([2, 2])
  expect(fixture.clock.waiting()).toEqual([])
})

test('closing anchors what is left, once, and stops', async () => {
  const fixture = await openFixture()
  const { path, close } = anchoring(fixture)
  await fixture.events(3)
  await close()
  expect(await seqs(path)).toEqual([3])
  await fixture.events(30)
  await close()
  expect(await seqs(path)).toEqual([3])
})

test('an anchor that cannot be written is a fault, and the next one is tried', async () => {
  const fixture = await openFixture()
  const { faults, anchor } = anchoring(fixture, join(fixture.folder, 'nowhere', 'anchors'))
  await fixture.events(1)
  await fixture.clock.advance(minutes(1))
  expect((await faultFrom(anchor())).code).toBe('store.unwritable')
  expect(faults.map((fault) => fault.code)).toEqual(['store.unwritable'])
})
