import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { days, hours, instant, minutes } from 'soloist'
import { type RehearsalOptions, rehearse, type Stage } from 'soloist/testing'
import { expect, test } from 'vitest'
import { ana, desk, files } from './desk.ts'

const hello = { greeter: () => ({ text: 'Hello Ana' }) }

async function stageOf(options: RehearsalOptions = {}): Promise<Stage> {
  const stage = await rehearse(desk, { files, agents: hello, ...options })
  await stage.identity('person', 'Ana', 'ana@example.org')
  return stage
}

const mails = (stage: Stage): number => readdirSync(join(stage.folder, 'outbox')).length

test('a run is played to its gate, answered, and played on as time passes', async () => {
  await using stage = await stageOf({ at: '2026-03-01T09:00Z' })
  expect(stage.now).toBe(Date.UTC(2026, 2, 1, 9))
  const run = await stage.run('welcome', ana)
  expect(run.state).toBe('held')
  expect(run.tasks).toEqual({ write: 'done', compose: 'done', check: 'held', send: 'waiting', count: 'waiting' })
  expect(stage.effects()).toEqual([])
  const gate = stage.gate('check')
  expect(gate).toMatchObject({ name: 'check', ask: 'Send it?', actions: ['mail.send'] })
  expect(gate.content).toMatchObject({ to: 'ana@example.org', text: 'Hello Ana' })
  await gate.approve()
  expect(stage.gates).toEqual([])
  expect(stage.effects('mail.send')).toMatchObject([
    { state: 'done', input: { to: 'ana@example.org' }, task: run.task('send').id },
  ])
  expect(mails(stage)).toBe(1)
  expect(run.state).toBe('running')
  await stage.advance(hours(23))
  expect(run.state).toBe('running')
  await stage.advance(hours(2))
  expect(run).toMatchObject({ state: 'done', output: { letters: 9 } })
  // Time stopped on the way, where the task fell due.
  expect(run.view.endedAt).toBe(Date.UTC(2026, 2, 2, 9))
})

test('a returned gate is opened again for what the agent makes of the comment', async () => {
  const drafts = ['Hello', 'Hello again']
  await using stage = await stageOf({ agents: { greeter: ({ index }) => ({ text: drafts[index] }) } })
  const run = await stage.run('note', { name: 'Ana' })
  await run.gate('look').return('Say more')
  expect(stage.calls('greeter').map(({ input, comment }) => [input.name, comment])).toEqual([
    ['Ana', null],
    ['Ana', 'Say more'],
  ])
  await run.gate('look').approve()
  expect(run.output).toEqual({ text: 'Hello again' })
})

test('an edited gate goes out as edited', async () => {
  await using stage = await stageOf()
  const run = await stage.run('welcome', ana)
  await run.gate().edit((mail) => ({ ...mail, text: 'Hello by hand' }))
  expect(run.effects('mail.send')[0]?.input).toMatchObject({ text: 'Hello by hand' })
  const other = await stage.run('welcome', ana)
  await expect(other.gate().edit({ nonsense: true })).rejects.toMatchObject({ fault: { code: 'gate.cannot-edit' } })
})

test('what is rejected, or not answered in time, sends nothing and says why', async () => {
  await using stage = await stageOf()
  const rejected = await stage.run('welcome', ana)
  const late = await stage.run('welcome', ana)
  await rejected.gate('check').reject('Not today')
  await stage.advance(days(4))
  expect([rejected.state, late.state]).toEqual(['failed', 'failed'])
  expect([rejected.fault?.code, late.fault?.code]).toEqual(['gate.rejected', 'gate.expired'])
  expect(stage.effects()).toEqual([])
})

test('asking for a gate that is not open says which are, and how the runs stand', async () => {
  await using stage = await stageOf()
  expect(() => stage.gate()).toThrow('Nothing was run')
  const run = await stage.run('welcome', ana)
  expect(() => stage.gate('edit')).toThrow('no gate is open at "edit"; open are: check. welcome is held.')
  await stage.run('welcome', ana)
  expect(() => stage.gate('check')).toThrow('more than one gate is open')
  expect(() => run.task('sned')).toThrow('no task "sned"; it has check, compose')
})

test('costs are those of the prices, and a budget that does not reach asks the operator', async () => {
  const price = { perMillionIn: 1_000_000, perMillionOut: 100_000_000 } as never
  const { scriptedModel } = await import('soloist/testing')
  await using stage = await stageOf({
    agents: { greeter: [{ output: { text: 'Hi' }, usage: { tokensIn: 1000, tokensOut: 500 } }] },
    config: {
      models: { standard: [scriptedModel([], { price, maxOutputTokens: 1000 })] },
      budgets: { monthly: 500_000 as never },
    },
  })
  const run = await stage.run('welcome', ana)
  expect(run.cost).toBe(51_000)
  expect(stage.cost).toBe(51_000)
  expect(stage.budget()).toMatchObject({ scope: 'company', limit: 500_000, spent: 51_000 })
  await stage.desk('budgets.set', { scope: 'company', limit: 60_000 })
  const poor = await stage.run('welcome', ana)
  expect(poor.gate().view.reason).toBe('budget')
})

test('a plan can be looked at without running it', async () => {
  await using stage = await stageOf()
  const { plan, faults, estimate } = stage.plan('welcome')
  expect(plan.tasks.map((task) => task.name)).toEqual(['write', 'compose', 'check', 'send', 'count'])
  expect(faults).toEqual([])
  expect(estimate.gates).toBe(1)
})

test('an agent without a script is played by the offline model, whatever models the config names', async () => {
  await using stage = await stageOf({ agents: {} })
  const run = await stage.run('welcome', ana)
  expect(run.state).toBe('held')
  expect(stage.calls('greeter')).toHaveLength(1)
})

test('what a script throws fails the act, and a list of replies that is used up too', async () => {
  await using stage = await stageOf({
    agents: {
      greeter: ({ input }) => {
        expect(input.name).toBe('Ben')
        return { text: 'Hello' }
      },
    },
  })
  await expect(stage.run('welcome', ana)).rejects.toThrow('Ben')
  await using other = await stageOf({ agents: { greeter: [] } })
  await expect(other.run('welcome', ana)).rejects.toThrow('the script of greeter has no reply for turn 1')
})

test('an answer of a model takes as long as its reply says', async () => {
  await using stage = await stageOf({
    agents: { greeter: [{ output: { text: 'Hi' }, after: minutes(9) }] },
    at: instant(0),
  })
  const run = await stage.run('welcome', ana)
  expect(stage.now).toBe(minutes(9))
  expect(run.task('write').workedMs).toBe(minutes(9))
})

test('a script for an agent that is not there, and a time that is none, are mistakes', async () => {
  await expect(rehearse(desk, { files, agents: { greter: () => 1 } })).rejects.toThrow(
    'no agent here is called "greter"',
  )
  await expect(rehearse(desk, { files, at: 'tomorrow' })).rejects.toThrow('"tomorrow" is no time')
})

test('a run can be undone, and any operation of the desk performed', async () => {
  await using stage = await stageOf()
  await stage.desk('grants.give', { action: 'mail.send', maxUses: 1, days: 30, why: 'routine' })
  const run = await stage.run('welcome', ana)
  await stage.gate('check').approve()
  await run.undo()
  // A mail cannot be taken back: the operator is asked.
  expect(run.state).toBe('undo-held')
  await stage.gate().approve()
  expect(run.state).toBe('undone')
})
