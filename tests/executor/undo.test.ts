import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { cancelRun } from '../../src/executor/cancel-run.ts'
import { decide } from '../../src/executor/decide.ts'
import { retryRun, retryTask } from '../../src/executor/retry.ts'
import { planUndo, undoRun } from '../../src/executor/undo.ts'
import { workflow } from '../../src/index.ts'
import { refuse } from '../../src/values/fault.ts'
import type { RunId } from '../../src/values/id.ts'
import { days, hours, minutes } from '../../src/values/time.ts'
import { openTestCompany, type TestCompany } from './company.ts'
import { type Behaviour, type Provider, provider, shop } from './shop.ts'

let company: TestCompany
let corner: Provider
afterEach(() => company?.close())

const nothing = z.object({})
const three = workflow({ name: 'three', input: nothing, deadline: days(1) }, (flow) => {
  const one = flow.task('one', shop.note, { to: 'ana', text: 'one' })
  const two = flow.task('two', shop.note, { to: 'bo', text: one.get('text') })
  return flow.task('three', shop.note, { to: 'cy', text: two.get('text') })
})
const filed = workflow({ name: 'filed', input: nothing }, (flow) => {
  const one = flow.task('one', shop.note, { to: 'ana', text: 'one' })
  return flow.task('two', shop.file, { to: 'bo', text: one.get('text') })
})
const posted = workflow({ name: 'posted', input: nothing }, (flow) =>
  flow.task('post', shop.post, { to: 'ana@example.org', text: 'hi' }),
)

async function open(kind: 'key' | 'find' | 'none' = 'key', ...script: Behaviour[]) {
  corner = provider(kind)
  corner.script = script
  company = await openTestCompany({ workflows: [three, filed, posted], adapters: [corner.adapter] })
}

async function undo(run: RunId) {
  company.worker.stop(await undoRun(company.kernel, run), 'undo')
  await company.worker.idle()
}

const answer = async (verdict: Parameters<typeof decide>[2]) => {
  const [gate] = await company.gates()
  await decide(company.kernel, gate!.id, verdict)
  await company.worker.idle()
  return gate
}

const undone = () => corner.acted.filter((line) => line.startsWith('undo'))

test('a run is taken back in reverse order, exactly as the dry run said', async () => {
  await open()
  const run = await company.run('three')
  const said = await planUndo(company.kernel, run)
  expect(said.map((one) => one.how)).toEqual(['undo', 'undo', 'undo'])
  expect(undone()).toEqual([])
  await undo(run)
  expect(await company.stateOf(run)).toBe('undone')
  expect(undone()).toEqual(['undo note cy', 'undo note bo', 'undo note ana'])
  const effects = await company.kernel.store.read.selectFrom('effects').select(['key', 'state', 'undoes']).execute()
  expect(effects.filter((one) => one.undoes === null).map((one) => one.state)).toEqual(['undone', 'undone', 'undone'])
  expect(effects.flatMap((one) => one.undoes ?? []).sort()).toEqual(said.map((one) => one.effect).sort())
})

test('undoing twice is refused and changes nothing', async () => {
  await open()
  const run = await company.run('three')
  await undo(run)
  await expect(undoRun(company.kernel, run)).rejects.toThrow('run.not-possible')
  expect(await planUndo(company.kernel, run)).toEqual([])
  expect(undone()).toHaveLength(3)
})

test('an undo that the provider did without answering is repeated, harmlessly', async () => {
  await open()
  const run = await company.run('three')
  let cut = true
  corner.undoing = () => {
    if (!cut) return
    cut = false
    throw new Error('the line went dead')
  }
  await undo(run)
  await company.clock.advance(minutes(10))
  await company.worker.idle()
  expect(await company.stateOf(run)).toBe('undone')
  expect(undone()).toEqual(['undo note cy', 'undo note bo', 'undo note ana'])
})

test('what is irreversible is put to the operator before anything earlier is taken back', async () => {
  await open()
  const run = await company.run('filed')
  const [filing] = await company.gates()
  if (filing) await answer({ verdict: 'approved' })
  expect((await planUndo(company.kernel, run)).map((one) => [one.action, one.how])).toEqual([
    ['shop.file', 'ask'],
    ['shop.note', 'undo'],
  ])
  await undo(run)
  expect(await company.stateOf(run)).toBe('undo-held')
  expect(undone()).toEqual([])
  const underWay = "It is being taken back; what that waits for is in 'soloist inbox'."
  await expect(cancelRun(company.kernel, run, 'x')).rejects.toMatchObject({ fault: { next: underWay } })
  await answer({ verdict: 'approved' })
  expect(await company.stateOf(run)).toBe('undone')
  expect(undone()).toEqual(['undo note ana'])
  await expect(cancelRun(company.kernel, run, 'x')).rejects.toMatchObject({ fault: { next: 'It is over already.' } })
})

test('taking back what others can see asks first; approved, it is taken back', async () => {
  await open()
  const run = await company.run('posted')
  await answer({ verdict: 'approved' })
  expect((await planUndo(company.kernel, run)).map((one) => one.how)).toEqual(['ask'])
  await undo(run)
  expect(await company.stateOf(run)).toBe('undo-held')
  expect(undone()).toEqual([])
  const gate = await answer({ verdict: 'approved' })
  expect(gate).toMatchObject({ reason: 'undo', kind: 'batch' })
  expect(undone()).toEqual(['undo post ana@example.org'])
  expect(await company.stateOf(run)).toBe('undone')
})

test('taking back what others can see asks first; rejected, it is left as it is', async () => {
  await open()
  const run = await company.run('posted')
  await answer({ verdict: 'approved' })
  await undo(run)
  await answer({ verdict: 'rejected', reason: 'let it stand' })
  expect(undone()).toEqual([])
  expect(await company.stateOf(run)).toBe('undone')
})

test('an undo that the provider refuses stops and asks; the rest goes on when the operator has settled it', async () => {
  await open()
  const run = await company.run('three')
  corner.undoing = (id) => {
    if (id === 'note bo') refuse('document.changed', { path: id })
  }
  await undo(run)
  expect(await company.stateOf(run)).toBe('undo-held')
  expect(undone()).toEqual(['undo note cy'])
  await answer({ verdict: 'approved' })
  expect(await company.stateOf(run)).toBe('undone')
  expect(undone()).toEqual(['undo note cy', 'undo note ana'])
})

test('what was being tried and had surely not happened needs no undo', async () => {
  await open('key', 'acts', 'refuses for now')
  const run = await company.start('three')
  await company.worker.idle()
  await undo(run)
  expect(await company.stateOf(run)).toBe('undone')
  expect(undone()).toEqual(['undo note ana'])
  const states = await company.kernel.store.read
    .selectFrom('effects')
    .select('state')
    .where('undoes', 'is', null)
    .execute()
  expect(states.map((row) => row.state).sort()).toEqual(['refused', 'undone'])
})

test('what may have happened is looked up, and taken back where it is found', async () => {
  await open('find', 'acts', 'acts, then times out')
  const run = await company.start('three')
  await company.worker.idle()
  expect((await planUndo(company.kernel, run)).map((one) => one.how)).toEqual(['undo', 'undo'])
  await undo(run)
  expect(await company.stateOf(run)).toBe('undone')
  expect(undone()).toEqual(['undo note bo', 'undo note ana'])
})

test('what may have happened and cannot be looked up is put to the operator', async () => {
  await open('key', 'acts', 'acts, then times out')
  const run = await company.start('three')
  await company.worker.idle()
  await undo(run)
  expect(await company.stateOf(run)).toBe('undo-held')
  expect(undone()).toEqual([])
  const states = await company.kernel.store.read.selectFrom('effects').select('state').orderBy('intended_seq').execute()
  expect(states.map(({ state }) => state)).toEqual(['done', 'unknown'])
})

test("a run's deadline does not stop its undo", async () => {
  await open()
  const run = await company.run('three')
  await company.clock.advance(days(3))
  corner.undoing = () => {
    corner.undoing = () => undefined
    throw new Error('not now')
  }
  await undo(run)
  await company.clock.advance(hours(1))
  await company.worker.idle()
  expect(await company.stateOf(run)).toBe('undone')
  expect(undone()).toHaveLength(3)
})

test('what had failed before the undo is not begun again by a retry', async () => {
  await open('key', 'acts', 'refuses')
  const run = await company.run('three')
  expect(await company.stateOf(run)).toBe('failed')
  await undo(run)
  const failed = await company.kernel.store.read
    .selectFrom('tasks')
    .select('id')
    .where('state', '=', 'failed')
    .executeTakeFirstOrThrow()
  await expect(retryTask(company.kernel, failed.id)).rejects.toThrow('task.not-possible')
  await expect(retryRun(company.kernel, run)).rejects.toThrow('run.not-possible')
  await company.worker.idle()
  expect(corner.acted).toEqual(['note ana: one', 'undo note ana'])
})
