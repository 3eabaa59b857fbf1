import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { workflow } from '../../src/index.ts'
import type { ReplayLine } from '../../src/os/queries/replays.ts'
import type { ReplayPlan } from '../../src/os/trials/replay.ts'
import type { Replayed } from '../../src/os/trials/replayed.ts'
import { seconds } from '../../src/values/time.ts'
import { typeAt } from '../cli/type-at.ts'
import { flows, Given, newFolder, writer } from '../releases/company.ts'
import { openAgain, openTrial, type TrialCompany } from './company.ts'

let company: TrialCompany
afterEach(() => company?.close())

const replay = (more: object = {}) =>
  company.call<ReplayPlan>('agents.replay', { agent: 'writer', version: '3', runs: 10, ...more })

test('a version does the last tasks again, and what it would have changed is listed', async () => {
  company = await openTrial((version, prompt) => ({
    output: { body: prompt.includes('coffee') ? 'the same' : `by v${version}` },
  }))
  await company.clock.advance(seconds(1))
  await company.run('write', 'coffee')
  await company.clock.advance(seconds(1))
  const last = await company.run('write', 'tea')
  const plan = await replay({ runs: 2, limit: 1_000_000 })
  expect(plan).toMatchObject({ tasks: 2, skipped: 0, limit: 1_000_000 })
  expect(plan.estimate).toBeGreaterThan(0)
  await company.os.idle()
  const report = await company.call<Replayed>('agents.replayed', { replay: plan.replay! })
  expect(report.states).toMatchObject({ same: 1, changed: 1 })
  const changed = report.items.find(({ state }) => state === 'changed')
  expect(changed).toMatchObject({ run: last, before: { version: 4, fault: null }, after: { version: 3 }, edited: 0.5 })
  expect(changed?.differences).toEqual([expect.objectContaining({ part: 'body', before: 'by v4', after: 'by v3' })])
  expect(report.spent).toBeGreaterThan(0)
  const runs = await company.call<{ items: { workflow: string }[] }>('runs.list')
  expect(new Set(runs.items.map((run) => run.workflow))).toEqual(new Set(['write']))
})

test('what was replayed is listed afterwards, the newest first, with how much each would have changed', async () => {
  company = await openTrial((version) => ({ output: { body: `by v${version}` } }))
  await company.clock.advance(seconds(1))
  const first = await replay({ version: '4', runs: 1 })
  await company.os.idle()
  await company.clock.advance(seconds(1))
  const second = await replay({ runs: 2 })
  await company.os.idle()
  type Listed = { items: ReplayLine[]; next: string | null }
  const listed = await company.call<Listed>('agents.replays', { agent: 'writer' })
  expect(listed.items.map(({ id, version, tasks }) => [id, version, tasks])).toEqual([
    [second.replay, 3, 2],
    [first.replay, 4, 1],
  ])
  expect(listed.items.map(({ at }) => at)).toEqual([company.clock.now(), company.clock.now() - seconds(1)])
  expect(listed.items[0]?.states).toMatchObject({ changed: 2, same: 0 })
  expect(listed.items[0]).not.toHaveProperty('items')
  const page = await company.call<Listed>('agents.replays', { limit: 1 })
  expect([page.items.length, page.next]).toEqual([1, second.replay])
  const rest = await company.call<Listed>('agents.replays', { limit: 1, cursor: page.next! })
  expect([rest.items[0]?.id, rest.next]).toEqual([first.replay, null])
  expect((await company.call<Listed>('agents.replays', { agent: 'nobody' })).items).toEqual([])
  writeFileSync(join(company.folder, 'soloist.config.ts'), '')
  const said = await typeAt(company, ['agent', 'replays', 'writer'])
  expect(said.out).toMatch(/^REPLAY .*\nrpl_\w+ .* writer v3 {2}2 {6}2 changed .*\nrpl_\w+ .* writer v4 {2}1 /)
})

test('a dry run says what it would cost and does nothing', async () => {
  company = await openTrial()
  const asked = company.model.calls.length
  expect(await replay({ dryRun: true })).toMatchObject({ replay: null, tasks: 2, runs: [] })
  await company.os.idle()
  expect(company.model.calls.length).toBe(asked)
})

test('what it may cost is a limit that it never passes', async () => {
  company = await openTrial()
  const plan = await replay({ limit: 1 })
  await company.os.idle()
  const report = await company.call<Replayed>('agents.replayed', { replay: plan.replay! })
  expect(report.states).toMatchObject({ failed: 2 })
  expect(report.items.map(({ after }) => after?.fault)).toEqual(['budget.exhausted', 'budget.exhausted'])
  expect(report.spent).toBe(0)
})

test('a replay that is cancelled keeps what was done and does no more', async () => {
  company = await openTrial()
  const plan = await replay()
  const cancelled = await company.call('agents.cancelReplay', { replay: plan.replay!, why: 'enough' })
  expect(cancelled).toMatchObject({ cancelled: 2 })
  const asked = company.model.calls.length
  await company.os.idle()
  expect(company.model.calls.length).toBe(asked)
  expect((await company.call<Replayed>('agents.replayed', { replay: plan.replay! })).states.cancelled).toBe(2)
})

test('an agent that has done nothing yet has nothing to do again', async () => {
  company = await openAgain(newFolder())
  const asked = company.call('agents.replay', { agent: 'writer', version: '4' })
  await expect(asked).rejects.toMatchObject({ fault: { code: 'trial.nothing-recorded' } })
})

test('what was forgotten is skipped, and counted', async () => {
  const by = writer(4)
  const about = workflow({ name: 'about', input: Given, subject: (given) => given.get('about') }, (flow, given) =>
    flow.task('work', by, { about: given.get('about') }),
  )
  company = await openTrial(undefined, { workflows: [...flows(by), about] })
  const { identities, store, vault } = company.kernel
  const ana = await store.write(async (tx) => {
    const id = await identities.create(tx, { kind: 'person', name: 'Ana', origin: 'operator' })
    await identities.handles.add(tx, id, 'ana@example.org', 'operator')
    return id
  })
  await company.run('about', 'ana@example.org')
  const plan = await replay()
  expect(plan).toMatchObject({ tasks: 3, skipped: 0 })
  await company.os.idle()
  await store.write((tx) => vault.destroyKey(tx, ana))
  expect(await replay({ dryRun: true })).toMatchObject({ tasks: 2, skipped: 1 })
  // What the replay itself made of her is gone with her key.
  const report = await company.call<Replayed>('agents.replayed', { replay: plan.replay! })
  expect(report.states).toMatchObject({ forgotten: 1 })
})

test('it is asked for at the command line, which tells how far it is and what would have changed', async () => {
  company = await openTrial()
  writeFileSync(join(company.folder, 'soloist.config.ts'), '')
  const said = await typeAt(company, ['agent', 'replay', 'writer@v3', '--runs', '2', '--usd', '1'])
  expect(said.err).toContain('2 tasks, which cost $0.00')
  expect(said.err).toContain('done    2 of 2')
  expect(said.out).toMatch(/^Replay {9}rpl_\w+: writer v3 on 2 recorded tasks\nCame out {7}2 changed/)
  expect(said.out).toContain('- v4 1')
  expect(said.out).toContain('+ by v3')
  expect(said.code).toBe(0)
  const dry = await typeAt(company, ['agent', 'replay', 'writer@3', '--dry-run'])
  expect([dry.code, dry.out]).toEqual([0, 'Nothing was done.'])
  expect((await typeAt(company, ['agent', 'replay', 'writer', '--runs', '2'])).code).toBe(2)
  const none = await typeAt(company, ['agent', 'cancel-replay', 'rpl_0k3v9q2m7x', '--why', 'x'])
  expect([none.code, none.err]).toEqual([4, expect.stringContaining('There is no replay called "rpl_0k3v9q2m7x"')])
  const many = await typeAt(company, ['agent', 'replay', 'writer@3', '--runs', 'many'])
  expect([many.code, many.err]).toEqual([
    2,
    expect.stringContaining('"many" does not fit: it is not a number of tasks.'),
  ])
  const json = JSON.parse((await typeAt(company, ['agent', 'replay', 'writer@3', '--runs', '1', '--json'])).out)
  expect(json).toMatchObject({ agent: 'writer', version: 3, tasks: 1 })
})

test('one that cannot go on now says so, and what to look at', async () => {
  company = await openTrial()
  writeFileSync(join(company.folder, 'soloist.config.ts'), '')
  await typeAt(company, ['control', 'stop', 'company'])
  const held = await typeAt(company, ['agent', 'replay', 'writer@v3', '--runs', '2', '--usd', '1'])
  expect(held.out).toContain('2 waiting')
  expect(held.err).toMatch(/2 go on when they can\.\nNext: soloist agent replayed rpl_\w+; soloist control list$/)
})

test('a version that takes other inputs fails at them, and asks nobody to mend that', async () => {
  const wide = writer(4, { input: z.object({ about: z.string(), tone: z.string() }) as never })
  company = await openTrial(undefined, { workflows: [], agents: [wide] })
  const plan = await replay({ version: '4', runs: 1 })
  await company.os.idle()
  const report = await company.call<Replayed>('agents.replayed', { replay: plan.replay! })
  expect(report.items.map(({ after }) => after?.fault)).toEqual(['plan.stale'])
  expect(await company.gates()).toEqual([])
})

test('a version whose answers all miss their form shuts no account for the work of others', async () => {
  company = await openTrial((version) => (version === 3 ? { text: 'nothing' } : { output: { body: `by v${version}` } }))
  await company.startAll(6)
  await replay({ limit: 10_000_000 })
  await company.os.idle()
  expect([...company.kernel.breakers.shut().keys()]).toEqual([])
  expect(await company.body(await company.run('write'))).toBe('by v4')
})
