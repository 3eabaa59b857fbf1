import { expect, test } from 'vitest'
import { openWorkingMemory } from '../../src/memory/open-working.ts'
import type { NewKept, WorkingMemory } from '../../src/memory/working.ts'
import { Refusal } from '../../src/values/fault.ts'
import type { IdentityId, RunId } from '../../src/values/id.ts'
import { days, hours, milliseconds } from '../../src/values/time.ts'
import { type Fixture, openFixture } from '../telemetry/journal-fixture.ts'

const run = 'run_one' as RunId
const ana = 'idn_ana' as IdentityId

type Mind = Fixture & {
  readonly memory: WorkingMemory
  put(key: string, value: NewKept['value'], more?: Partial<NewKept>): Promise<void>
  /** What another process would have of it. */
  again(): Promise<WorkingMemory>
}

async function open(): Promise<Mind> {
  const fixture = await openFixture()
  const memory = openWorkingMemory(fixture)
  await memory.load(run)
  return {
    ...fixture,
    memory,
    put: (key, value, more = {}) =>
      fixture.store.write((tx) => memory.put(tx, { run, subject: ana, origin: 'system', key, value, ...more })),
    async again() {
      const other = openWorkingMemory(fixture)
      await other.load(run)
      return other
    },
  }
}

/** All that a memory has of a run. */
function all(memory: WorkingMemory): unknown {
  return memory.keys(run).map((key) => [key, memory.get(run, key)])
}

const codeOf = (work: () => unknown) =>
  Promise.try(work).then(
    () => undefined,
    (error: unknown) => (error instanceof Refusal ? error.fault.code : String(error)),
  )

test('what a run keeps is in reach after the commit, and not before', async () => {
  const { memory, store } = await open()
  await store.write(async (tx) => {
    await memory.put(tx, { run, subject: ana, origin: 'external', key: 'theme', value: { glue: 'hide' } })
    expect(memory.get(run, 'theme')).toBeUndefined()
  })
  expect(memory.get(run, 'theme')).toMatchObject({ value: { glue: 'hide' }, origin: 'external', seq: 1 })
})

test('what was rolled back was never kept', async () => {
  const { memory, store } = await open()
  const work = store.write(async (tx) => {
    await memory.put(tx, { run, subject: ana, origin: 'system', key: 'theme', value: 1 })
    throw new RangeError('no')
  })
  await expect(work).rejects.toThrow('no')
  expect(memory.keys(run)).toEqual([])
})

test('a run cannot be asked before it is loaded', async () => {
  const { memory } = await open()
  expect(() => memory.get('run_other' as RunId, 'theme')).toThrow(TypeError)
})

test('nothing is left once its time is over, not even in the process', async () => {
  const { memory, put, clock, again } = await open()
  await put('short', 1, { keepFor: hours(1) })
  await put('usual', 2)
  await clock.advance(hours(1))
  expect(memory.get(run, 'short')).toBeUndefined()
  expect(memory.keys(run)).toEqual(['usual'])
  await clock.advance(days(7))
  expect(all(memory)).toEqual([])
  expect(all(await again())).toEqual([])
})

test('too many entries make the oldest go, and the journal says so', async () => {
  const { memory, put, journal, again } = await open()
  for (let count = 0; count < 260; count += 1) await put(`key ${count}`, count)
  expect(memory.keys(run)).toHaveLength(256)
  expect(memory.keys(run)[0]).toBe('key 4')
  const dropped = await journal.page({ after: 0, limit: 1000, kind: 'memory.dropped' })
  expect(dropped.map((event) => (event.kind === 'memory.dropped' ? event.payload?.key : ''))).toEqual([
    'key 0',
    'key 1',
    'key 2',
    'key 3',
  ])
  expect(all(await again())).toEqual(all(memory))
})

test('too many bytes make the oldest go; what is written again is new again', async () => {
  const { memory, put, again } = await open()
  const large = 'x'.repeat(30 * 1024)
  await put('first', large)
  await put('second', large)
  await put('first', large)
  for (let count = 0; count < 7; count += 1) await put(`more ${count}`, large)
  expect(memory.keys(run)).toContain('first')
  expect(memory.keys(run)).not.toContain('second')
  expect(memory.keys(run)).toHaveLength(8)
  expect(all(await again())).toEqual(all(memory))
})

test('puts that share a commit keep the bounds, and the same comes out of the journal', async () => {
  const { memory, put, again } = await open()
  await Promise.all(Array.from({ length: 400 }, (_, count) => put(`key ${count % 300}`, count)))
  expect(memory.keys(run)).toHaveLength(256)
  expect(all(await again())).toEqual(all(memory))
})

test('what is dropped is gone, here and out of the journal', async () => {
  const { memory, put, store, again } = await open()
  await put('theme', 1)
  await store.write((tx) => memory.drop(tx, run, 'theme'))
  await store.write((tx) => memory.drop(tx, run, 'never there'))
  expect(all(memory)).toEqual([])
  expect(all(await again())).toEqual([])
})

test('a value without measure, a key that is none and a time too long are refused', async () => {
  const { put, memory } = await open()
  expect(await codeOf(() => put('big', 'é'.repeat(20_000)))).toBe('input.too-large')
  expect(await codeOf(() => put('', 1))).toBe('input.invalid')
  expect(await codeOf(() => put('a\u001b[2Jb', 1))).toBe('input.invalid')
  expect(await codeOf(() => put('long', 1, { keepFor: days(32) }))).toBe('input.invalid')
  expect(await codeOf(() => put('never', 1, { keepFor: milliseconds(0) }))).toBe('input.invalid')
  expect(all(memory)).toEqual([])
})

test('a run that writes without end is stopped, and keeps what it has', async () => {
  const { memory, put } = await open()
  for (let some = 0; some < 20; some += 1)
    await Promise.all(Array.from({ length: 500 }, (_, count) => put('same', some * 500 + count)))
  expect(await codeOf(() => put('one more', 1))).toBe('memory.full')
  expect(await codeOf(() => memory.admit(run, { key: 'one more', value: 1 }))).toBe('memory.full')
  expect(memory.keys(run)).toEqual(['same'])
})

test('when someone is forgotten, nothing that was kept about them stays in memory', async () => {
  const { memory, put } = await open()
  await put('of ana', 1)
  await put('of ben', 2, { subject: 'idn_ben' as IdentityId })
  memory.forget([ana])
  expect(memory.keys(run)).toEqual(['of ben'])
})

test('what is committed while a run is being loaded is there when it is', async () => {
  const { put, store, ...rest } = await open()
  await put('before', 1)
  const other = openWorkingMemory({ store, ...rest })
  const loading = other.load(run)
  await store.write((tx) => other.put(tx, { run, subject: ana, origin: 'system', key: 'meanwhile', value: 2 }))
  await loading
  expect(other.keys(run)).toEqual(['before', 'meanwhile'])
})

test('a run that is over is out of memory', async () => {
  const { memory, put } = await open()
  await put('theme', 1)
  memory.release(run)
  expect(() => memory.get(run, 'theme')).toThrow(TypeError)
})

test('secrets are masked in memory as they are in the journal', async () => {
  const { memory, put, store, vault } = await open()
  await store.write((tx) => vault.setSecret(tx, 'key', 'sk-very-secret-value'))
  await put('note', 'the key is sk-very-secret-value')
  expect(JSON.stringify(all(memory))).not.toContain('sk-very-secret-value')
})
