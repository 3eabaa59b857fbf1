import { expect, test } from 'vitest'
import { role, workflow } from '../../src/index.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { seconds } from '../../src/values/time.ts'
import { newFolder } from '../releases/company.ts'
import { Given, german, routingCompany, writer } from './company.ts'

test('a role goes to the agent that is able to, with the reason in the journal and in what is shown of the run', async () => {
  const [czech, one] = [writer('czech', ['cs']), writer('one', ['de', 'en'])]
  const company = await routingCompany({ workflows: [german(czech)], agents: [czech, one] })
  const run = await company.run('letter')
  const { by, routed } = await company.madeBy(run)
  expect(by).toBe('one')
  expect(routed).toMatchObject([
    {
      role: 'role writer (language=de)',
      agent: 'one',
      version: 1,
      why: 'nobody else fits',
      candidates: [{ agent: 'one' }, { agent: 'czech', unfit: expect.stringContaining('not able') }],
    },
  ])
  expect(await company.call('runs.show', { run })).toMatchObject({
    routed: [{ task: 'work', agent: 'one', version: 1, why: 'nobody else fits' }],
  })
  expect(await company.kernel.shelf.pinned(run, 'agent', 'one')).toBe(company.os.artifacts.get('one')?.hash)
})

test('of those that fit the nearest tier goes first, then who costs less, then the name decides', async () => {
  const like = writer('like', ['cs'])
  const fine = writer('fine', ['de'], { tier: 'quality' })
  const [two, one] = [writer('two', ['de']), writer('one', ['de'])]
  const workflows = [german(like)]
  const all = await routingCompany({ workflows, agents: [like, fine, two, one] })
  expect((await all.madeBy(await all.run('letter'))).by).toBe('one')
  const only = await routingCompany({ workflows, agents: [like, fine] })
  expect((await only.madeBy(await only.run('letter'))).by).toBe('fine')

  // What its tasks cost of late is known of one of them.
  const { store } = all.kernel
  const tally = { month: '2026-03', runs: 10, failures: 0 }
  await store.write(async (tx) => {
    await tx.db
      .insertInto('upkeep_tally')
      .values([
        { ...tally, about: 'agent:one', cost: 10_000_000 },
        { ...tally, about: 'agent:two', cost: 10 },
      ])
      .execute()
  })
  const { by, routed } = await all.madeBy(await all.run('letter'))
  expect(by).toBe('two')
  expect(routed[0]?.candidates.map(({ agent, cost }) => [agent, cost])).toEqual([
    ['two', 1],
    ['one', 1_000_000],
    ['fine', expect.any(Number)],
    ['like', expect.any(Number)],
  ])
})

test('who is stopped comes after who is not, and waits where nobody else fits', async () => {
  const [one, two] = [writer('one', ['de']), writer('two', ['de'])]
  const company = await routingCompany({ workflows: [german(one)], agents: [one, two] })
  const stop = (name: string) =>
    company.os.setControl({ scope: `agent:${name}`, rule: { kind: 'stop' }, why: 'it invents words' })
  await stop('one')
  const { by, routed } = await company.madeBy(await company.run('letter'))
  expect([by, routed[0]?.why]).toEqual(['two', 'of 2 that fit it is the only one that is not stopped'])
  const { set } = await stop('two')
  const waits = await company.run('letter')
  expect((await company.madeBy(waits)).routed[0]?.why).toContain('of 2 that fit it works in the tier nearest')
  expect(await company.gates()).toEqual([])
  for (const id of company.os.controls.standing().map((one) => one.id)) await company.os.liftControl(id, 'better now')
  await company.os.idle()
  expect([set.rule.kind, (await company.madeBy(waits)).by]).toEqual(['stop', 'one'])
})

test('a model without a price tells nothing of what an agent costs, and keeps nobody from a role', async () => {
  const [one, two] = [writer('one', ['de'], { tier: 'quality' }), writer('two', ['de'], { tier: 'quality' })]
  const unpriced = {
    ...scriptedModel(() => ({ output: { body: 'x' } })),
    name: 'acme/unheard-of',
    price: 'listed' as const,
  }
  const priced = scriptedModel(() => ({ output: { body: 'Guten Tag' } }))
  const company = await routingCompany({
    workflows: [german(one)],
    agents: [one, two],
    models: { quality: [unpriced, priced] },
  })
  expect((await company.madeBy(await company.run('letter'))).by).toBe('one')
})

test('who has work under way comes after who has none', async () => {
  const [one, two] = [writer('one', ['de']), writer('two', ['de'])]
  const wide = workflow({ name: 'wide', input: Given }, (flow, given) => {
    flow.task('left', role('writer', { language: 'de' }, one), { about: given.get('about') })
    return flow.task('right', role('writer', { language: 'de' }, one), { about: given.get('about') })
  })
  const company = await routingCompany({ workflows: [wide], agents: [one, two] })
  const { kernel } = company
  const run = await company.os.start('wide', { about: 'tea' }, 'operator')
  // One of its tasks is in the hands of a worker that was given "one", and has not come back.
  const lease = seconds(30)
  const [first] = await kernel.store.write((tx) => kernel.queue.claim(tx, { owner: 'other', lease, max: 1 }))
  const artifact = company.os.artifacts.get('one')
  if (!artifact || !first) throw new TypeError('a task is claimed')
  await kernel.store.write(async (tx) => {
    await kernel.shelf.publish(tx, artifact)
    await kernel.shelf.pin(tx, run, 'agent', 'one', artifact.hash)
    await kernel.shelf.pin(tx, run, 'role', first.name, artifact.hash)
  })
  await company.os.idle()
  const { by, routed } = await company.madeBy(run)
  expect(by).toBe('two')
  expect(routed[0]?.candidates.map(({ agent, load }) => [agent, load])).toEqual([
    ['two', 0],
    ['one', 1],
  ])

  // That worker never comes back: another takes its task, and the agent that had it keeps it.
  await company.clock.advance(seconds(31))
  await company.os.idle()
  const done = (await kernel.journal.page({ after: 0, limit: 1000, run, kind: 'task.done' })).find(
    (event) => event.task === first.id,
  )
  expect(done?.kind === 'task.done' && done.payload?.madeBy?.doer).toBe('one')
})

test('who only does a recorded task again has no work under way', async () => {
  const [one, two] = [writer('one', ['de']), writer('two', ['de'])]
  const company = await routingCompany({ workflows: [german(one)], agents: [one, two] })
  const { kernel } = company
  await company.run('letter')
  await company.call('agents.replay', { agent: 'one', version: '1', runs: 1 })
  // It is in the hands of a worker that has not come back.
  const lease = seconds(30)
  expect(await kernel.store.write((tx) => kernel.queue.claim(tx, { owner: 'other', lease, max: 1 }))).toHaveLength(1)
  const { by, routed } = await company.madeBy(await company.run('letter'))
  expect([by, routed[0]?.candidates.map(({ agent, load }) => [agent, load])]).toEqual([
    'one',
    [
      ['one', 0],
      ['two', 0],
    ],
  ])
})

test('a task keeps its agent over another try after a comment, though another would be taken now', async () => {
  const [one, two] = [writer('one', ['de']), writer('two', ['de'])]
  const looked = workflow({ name: 'looked', input: Given }, (flow, given) => {
    const draft = flow.task('work', role('writer', { language: 'de' }, one), { about: given.get('about') })
    return flow.gate('look', draft, { ask: 'Good?', otherwise: 'wait' })
  })
  const company = await routingCompany({ workflows: [looked], agents: [one, two] })
  const run = await company.run('looked')
  await company.kernel.store.write(async (tx) => {
    const row = { month: '2026-03', about: 'agent:one', runs: 10, failures: 0, cost: 99_000_000 }
    await tx.db.insertInto('upkeep_tally').values(row).execute()
  })
  const [gate] = await company.gates()
  await company.os.decide(gate!.id, { verdict: 'returned', comment: 'shorter' })
  await company.os.idle()
  const { by, routed } = await company.madeBy(run)
  expect([by, routed.length]).toEqual(['one', 1])
  expect((await company.madeBy(await company.run('looked'))).by).toBe('two')
})

test('where nobody is released who fits, the task is held and goes on when one is', async () => {
  const one = writer('one', ['de'])
  const company = await routingCompany({ workflows: [german(one)], agents: [one] })
  await company.call('releases.withdraw', { agent: 'one', version: '1', why: 'it is rude' })
  const run = await company.run('letter')
  const shown = await company.call<{ state: string; gates: { card: { fault: { code: string } } }[] }>('runs.show', {
    run,
  })
  expect([shown.state, shown.gates[0]?.card.fault.code]).toEqual(['held', 'role.nobody'])
  await company.call('releases.set', { agent: 'one', shares: [{ version: '1', share: 100 }], why: 'it is polite' })
  await company.os.idle()
  expect((await company.madeBy(run)).by).toBe('one')
  expect((await company.kernel.readRun(run)).state).toBe('done')
})

test('a plan whose role nobody in the folder has is refused before it runs', async () => {
  const one = writer('one', ['en'])
  const company = await routingCompany({ workflows: [german(one)], agents: [one] })
  await expect(company.os.start('letter', { about: 'tea' }, 'operator')).rejects.toMatchObject({
    fault: { code: 'role.nobody' },
  })
})

test('a version that is released takes its share of roles as well, and the run keeps it', async () => {
  const folder = newFolder()
  const old = writer('one', ['de'])
  const before = await routingCompany({ workflows: [german(old)], agents: [old] }, folder)
  await before.run('letter')
  await before.close()
  const one = writer('one', ['de'], { version: 2, instructions: './writer-2.md' })
  const company = await routingCompany({ workflows: [german(one)], agents: [one] }, folder)
  await company.call('releases.set', { agent: 'one', shares: [{ version: '1', share: 100 }], why: 'it was good' })
  const run = await company.run('letter')
  const { routed } = await company.madeBy(run)
  expect(routed).toMatchObject([{ agent: 'one', version: 1 }])
  const drawn = await company.kernel.journal.page({ after: 0, limit: 1000, run, kind: 'release.drawn' })
  expect(drawn).toHaveLength(1)
})
