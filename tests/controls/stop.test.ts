import { APICallError } from '@ai-sdk/provider'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { agent, pure, usd, workflow } from '../../src/index.ts'
import { type ScriptedModel, scriptedModel } from '../../src/testing/scripted-model.ts'
import { type Duration, hours, minutes } from '../../src/values/time.ts'
import { provider, shop } from '../executor/shop.ts'
import { kept, replayed } from '../replay/replay.ts'
import { type Controlled, flows, Given, openControlled, spec, Text } from './company.ts'

const price = { perMillionIn: usd(1), perMillionOut: usd(100) }
const answer = { output: { body: 'fine' }, usage: { tokensIn: 100, tokensOut: 10 } }

/** A model whose first calls hang for ever, as far as nobody ends them; `asked` resolves with each of them. */
function hanging(name = 'one/model', calls = 1) {
  const asked = Array.from({ length: calls }, () => Promise.withResolvers<void>())
  const model: ScriptedModel = scriptedModel(
    ({ index }) => {
      const call = asked[index]
      if (!call) return answer
      call.resolve()
      return new Promise(() => undefined)
    },
    { name, price },
  )
  return { model: listening(model), asked: asked.map((one) => one.promise), calls: model.calls }
}

/** The script does not see its signal: here it ends the call, as `fetch` does. */
function listening(model: ScriptedModel): ScriptedModel {
  return {
    ...model,
    open: async (secret) => {
      const language = await model.open(secret)
      return {
        ...language,
        doGenerate: (options) =>
          new Promise((resolve, reject) => {
            options.abortSignal?.addEventListener('abort', () => reject(options.abortSignal?.reason))
            Promise.resolve(language.doGenerate(options)).then(resolve, reject)
          }),
      }
    },
  }
}

async function working(company: Controlled) {
  company.worker.work()
  const stopped = async (): Promise<void> => {
    // Until the attempt has ended: each write of the store is awaited, none is timed.
    while (
      await company.kernel.store.read.selectFrom('tasks').select('id').where('state', '=', 'claimed').executeTakeFirst()
    ) {
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return { stopped }
}

test('a stop ends what is in flight; its task waits with all its tries, and goes on when the stop is lifted', async () => {
  const { model, asked } = hanging()
  const company = await openControlled({ models: { quality: [model] } })
  const { stopped } = await working(company)
  const run = await company.start('letters')
  await asked[0]
  const control = await company.control('workflow:letters', { kind: 'stop' })
  await stopped()
  const task = await company.task(run)
  expect(task).toMatchObject({ state: 'ready', attempt: 0, fault: { code: 'control.stopped' } })
  expect(task.fault?.message).toBe('workflow:letters is stopped: a test.')
  expect(task.fault?.next).toContain(control.id)
  // Whether the call was billed nobody knows: it is booked at its worst case, and said so.
  const [unconfirmed] = await company.events('budget.unconfirmed')
  expect(unconfirmed?.payload?.booked).toBeGreaterThanOrEqual(100_000)
  const listed = await company.call<{ items: { heldUpBy: string }[] }>('runs.list')
  expect(listed.items[0]?.heldUpBy).toBe('stop of workflow:letters')
  await company.call('controls.lift', { control: control.id })
  await company.os.idle()
  expect((await company.task(run)).state).toBe('done')
  expect(await replayed(company.kernel)).toEqual(await kept(company.kernel))
})

test('while a workflow is stopped its new runs wait, others work, and a person is refused at once', async () => {
  const company = await openControlled({ models: { quality: [scriptedModel(() => answer)] } })
  await company.control('workflow:letters', { kind: 'stop' })
  await company.control('workflow:talk', { kind: 'stop' })
  const run = await company.start('letters')
  const other = await company.start('help')
  await company.os.idle()
  expect((await company.task(run)).fault?.code).toBe('control.stopped')
  expect((await company.task(other)).state).toBe('done')
  await expect(company.start('talk')).rejects.toMatchObject({ fault: { code: 'control.stopped' } })
})

test('an agent that is stopped is stopped in every workflow, and nobody else is', async () => {
  const company = await openControlled({ models: { quality: [scriptedModel(() => answer)] } })
  await company.control('agent:writer', { kind: 'stop' })
  const [letters, help] = [await company.start('letters'), await company.start('help')]
  await company.os.idle()
  expect((await company.task(letters)).fault?.code).toBe('control.stopped')
  expect((await company.task(help)).state).toBe('done')
})

test('an account that is stopped in the midst of a call is left for another one at once', async () => {
  const { model, asked } = hanging('one/model')
  const second = scriptedModel(() => answer, { name: 'two/model', price })
  const company = await openControlled({ models: { quality: [model, second] } })
  await working(company)
  const run = await company.start('letters')
  await asked[0]
  await company.control('provider:one', { kind: 'stop' })
  await company.os.idle()
  expect(await company.task(run)).toMatchObject({ state: 'done', madeBy: { model: 'two/model' } })
})

test('with every account stopped the work waits for one of them', async () => {
  const one = scriptedModel(() => answer, { name: 'one/model' })
  const two = scriptedModel(() => answer, { name: 'two/model' })
  const company = await openControlled({ models: { quality: [one, two] } })
  await company.control('provider:one', { kind: 'stop' })
  const second = await company.control('provider:two', { kind: 'stop' })
  const run = await company.start('letters')
  await company.os.idle()
  expect((await company.task(run)).fault?.code).toBe('control.stopped')
  await company.call('controls.lift', { control: second.id })
  await company.os.idle()
  expect((await company.task(run)).madeBy?.model).toBe('two/model')
})

test('a stop with an end is over by itself', async () => {
  const company = await openControlled({ models: { quality: [scriptedModel(() => answer)] } })
  const until = company.clock.now() + hours(3)
  await company.control('company', { kind: 'stop' }, { until })
  const run = await company.start('letters')
  await company.os.idle()
  expect(await company.task(run)).toMatchObject({ state: 'ready', dueAt: until })
  await company.pass((hours(3) - minutes(1)) as never)
  expect((await company.task(run)).state).toBe('ready')
  await company.pass(minutes(1))
  expect((await company.task(run)).state).toBe('done')
  expect((await company.call<{ items: unknown[] }>('controls.list')).items).toEqual([])
  const [line] = (await company.call<{ items: { ended: unknown }[] }>('controls.list', { history: true })).items
  expect(line?.ended).toEqual({ at: until, how: 'expired' })
})

test('controls outlive a restart, and what was lifted just before a crash is called when the company opens', async () => {
  const models = { quality: [scriptedModel(() => answer)] }
  const first = await openControlled({ models })
  const control = await first.control('company', { kind: 'stop' })
  const run = await first.start('letters')
  await first.os.idle()
  await first.close()
  const second = await openControlled({ models }, first)
  await second.os.idle()
  expect((await second.task(run)).fault?.code).toBe('control.stopped')
  // As a process does that dies between the two.
  await second.kernel.store.write((tx) => second.kernel.controls.lift(tx, control.id, 'over'))
  await second.close()
  const third = await openControlled({ models }, first)
  await third.os.idle()
  expect((await third.task(run)).state).toBe('done')
  expect(await replayed(third.kernel)).toEqual(await kept(third.kernel))
})

test('a call to an adapter that has left is let end, and what comes after it waits', async () => {
  const corner = provider('none')
  const asked = Promise.withResolvers<void>()
  const answered = Promise.withResolvers<void>()
  corner.during = () => {
    asked.resolve()
    return answered.promise
  }
  const notes = workflow({ name: 'notes', input: z.object({}), lane: 'background' }, (flow) =>
    flow.task('second', shop.note, {
      to: flow.task('first', shop.note, { to: 'ana', text: 'one' }).get('id'),
      text: 'two',
    }),
  )
  const company = await openControlled({ workflows: [notes], adapters: [corner.adapter] })
  const { stopped } = await working(company)
  const run = await company.start('notes')
  await asked.promise
  const { id } = await company.control('company', { kind: 'stop' })
  answered.resolve()
  await stopped()
  await company.os.idle()
  const effects = () => company.kernel.store.read.selectFrom('effects').select('state').execute()
  expect(await effects()).toEqual([{ state: 'done' }])
  expect((await company.kernel.readRun(run)).state).toBe('running')
  await company.call('controls.lift', { control: id })
  await company.os.idle()
  expect(corner.acted).toEqual(['note ana: one', 'note note ana: two'])
  expect(await replayed(company.kernel)).toEqual(await kept(company.kernel))
})

test("a person's run that is under way when it is stopped waits too, and is not lost", async () => {
  const { model, asked } = hanging()
  const company = await openControlled({ models: { quality: [model] } })
  const { stopped } = await working(company)
  const run = await company.start('talk')
  await asked[0]
  const { id } = await company.control('company', { kind: 'stop' })
  await stopped()
  expect(await company.task(run)).toMatchObject({ state: 'ready', attempt: 0 })
  await company.call('controls.lift', { control: id })
  await company.os.idle()
  expect((await company.task(run)).state).toBe('done')
})

test('what is undone is undone under a stop as well: it is the operator who asks for it', async () => {
  const corner = provider('key')
  const notes = workflow({ name: 'notes', input: z.object({}), lane: 'background' }, (flow) =>
    flow.task('first', shop.note, { to: 'ana', text: 'one' }),
  )
  const company = await openControlled({ workflows: [notes], adapters: [corner.adapter] })
  const run = await company.start('notes')
  await company.os.idle()
  await company.control('company', { kind: 'stop' })
  await company.os.undo(run, { dryRun: false })
  await company.os.idle()
  expect(corner.acted).toEqual(['note ana: one', 'undo note ana'])
})

test('a schedule starts nothing that is stopped, and afterwards catches up as it says', async () => {
  const schedules = [{ name: 'hourly', workflow: flows[3]!, cron: '0 * * * *' }]
  const company = await openControlled({ schedules })
  const { id } = await company.control('workflow:notes', { kind: 'stop' })
  await company.pass((hours(5) + minutes(10)) as Duration)
  expect(await company.events('run.started')).toEqual([])
  const [line] = (await company.call<{ items: { fault: { code: string } }[] }>('schedules.list')).items
  expect(line?.fault.code).toBe('control.stopped')
  // Once for each hour: nothing piles up, and the last is the one that is caught up with.
  expect(await company.events('schedule.refused')).toHaveLength(5)
  await company.call('controls.lift', { control: id })
  await company.pass(minutes(2))
  expect(await company.events('run.done')).toHaveLength(1)
  expect(await replayed(company.kernel)).toEqual(await kept(company.kernel))
})

test('an agent whose accounts are all stopped waits, whoever else could answer agents that take less', async () => {
  const rules = pure({ name: 'rules', does: 'Notes.', input: Given, output: Text, run: () => ({ body: 'by rules' }) })
  const choosy = agent({ ...spec, name: 'choosy', lowest: 'quality', fallback: rules })
  const flow = workflow({ name: 'choose', input: Given, lane: 'background' }, (plan, given) =>
    plan.task('work', choosy, { about: given.get('about') }),
  )
  const models = {
    quality: [scriptedModel(() => answer, { name: 'one/model' })],
    cheap: [scriptedModel(() => answer, { name: 'two/model' })],
  }
  const company = await openControlled({ models, workflows: [flow] })
  const control = await company.control('provider:one', { kind: 'stop' })
  const run = await company.start('choose')
  await company.os.idle()
  expect(await company.task(run)).toMatchObject({ state: 'ready', fault: { code: 'control.stopped' } })
  await company.call('controls.lift', { control: control.id })
  await company.os.idle()
  expect(await company.task(run)).toMatchObject({ state: 'done', madeBy: { model: 'one/model' } })
})

test('a call that was under way before its account was shut ends nobody else’s look at it', async () => {
  const gone = new APICallError({ message: 'no', url: 'x', requestBodyValues: {}, statusCode: 429 })
  const asked = Array.from({ length: 3 }, () => Promise.withResolvers<void>())
  const model = scriptedModel(
    ({ index }) => {
      asked[index]?.resolve()
      if (index === 1) return { error: gone }
      return index < 3 ? new Promise(() => undefined) : answer
    },
    { name: 'one/model' },
  )
  const company = await openControlled({ models: { quality: [listening(model)] } })
  company.worker.work()
  const states = async () => {
    const rows = await company.kernel.store.read.selectFrom('tasks').select('state').orderBy('id').execute()
    return rows.map(({ state }) => state).toSorted()
  }
  const first = await company.start('letters')
  await asked[0]?.promise
  const second = await company.start('help')
  await expect.poll(states).toEqual(['claimed', 'ready'])
  await company.clock.advance(minutes(1))
  await asked[2]?.promise
  await company.os.cancel(first, 'not needed')
  await expect.poll(states).toEqual(['cancelled', 'claimed'])
  const third = await company.start('letters')
  await expect.poll(async () => (await company.task(third)).fault?.code ?? model.calls.length).toBe('model.waiting')
  await company.os.cancel(second, 'not needed')
})
