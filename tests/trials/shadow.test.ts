import { afterEach, expect, test } from 'vitest'
import { refuseAgain } from '../../src/executor/record.ts'
import type { Replayed } from '../../src/os/trials/replayed.ts'
import { nextWanted } from '../../src/os/webhooks/deliver.ts'
import type { Row } from '../../src/store/tables.ts'
import { type Reply, scriptedModel } from '../../src/testing/scripted-model.ts'
import { isRepeat } from '../../src/values/id.ts'
import { provider, shop } from '../executor/shop.ts'
import { flows, newFolder, openIn, writer } from '../releases/company.ts'
import { openAgain, openTrial, type TrialCompany } from './company.ts'

let company: TrialCompany
afterEach(() => company?.close())

const shadow = (limit = 10_000_000) =>
  company.call('releases.shadow', { agent: 'writer', version: '4', limit, why: 'before it writes' })

/** Works until the shadow has caught up. */
async function catchUp() {
  for (let round = 0; round < 10; round += 1) {
    await company.judge()
    await company.os.idle()
  }
}

/** The events that somebody who asked for them would be sent. */
async function toldOutside() {
  const { store, journal } = company.kernel
  const seqs: number[] = []
  for (let seq: number | undefined = 0; seq !== undefined; ) {
    const subscription = { kinds: '["run.started","run.done","task.done"]', cursor_seq: seq } as Row<'subscriptions'>
    seq = await nextWanted(store.read, subscription)
    if (seq !== undefined) seqs.push(seq)
  }
  expect(seqs.length).toBeGreaterThan(2)
  return journal.at(seqs)
}

test('a version in the shadow does what the released one did, and nothing of it counts', async () => {
  company = await openTrial()
  await shadow()
  const run = await company.run('write', 'tea')
  expect(await company.body(run)).toBe('by v3')
  await catchUp()
  const [trial] = (await company.show()).trials
  expect(trial).toMatchObject({ kind: 'shadow', version: 4, baseline: 3, state: 'running', share: null })
  expect(trial!.measures[0]).toMatchObject({ measure: 'failure', trial: { runs: 1 }, base: { runs: 1 } })
  expect(trial!.spent).toBeGreaterThan(0)
  const told = await company.call<Replayed>('agents.replayed', { replay: trial!.id })
  expect(told).toMatchObject({ tasks: 1, states: { changed: 1 }, items: [{ run }] })
  // Nothing of it is listed among the runs, or found again.
  const runs = await company.call<{ items: { id: never }[] }>('runs.list')
  expect(runs.items.filter(({ id }) => isRepeat(id))).toEqual([])
  const recalled = await company.call<{ lines: { text: string }[] }>('memory.recall', {
    query: 'by v4 tea',
    tokens: 500,
  })
  expect(recalled.lines.filter(({ text }) => text.includes('by v4'))).toEqual([])
  expect((await toldOutside()).filter(({ run }) => isRepeat(run))).toEqual([])
})

test('a shadow whose purse is empty ends, and says that it is too little to tell', async () => {
  company = await openTrial()
  await shadow(1)
  await company.run('write')
  await catchUp()
  const [trial] = (await company.show()).trials
  expect(trial).toMatchObject({ state: 'inconclusive', by: 'system', spent: 0 })
  expect(trial!.says).toContain('its purse was empty')
})

test('a version that fails in the shadow is withdrawn before it has written to anybody', async () => {
  company = await openTrial((version) => (version === 4 ? { text: 'nothing' } : { output: { body: `by v${version}` } }))
  await shadow()
  for (let at = 0; at < 40 && company.kernel.trials.open('writer'); at += 1) {
    const run = await company.run('write')
    expect(await company.body(run)).toBe('by v3')
    await catchUp()
  }
  expect((await company.show()).trials[0]).toMatchObject({ state: 'withdrawn', by: 'system', because: ['failure'] })
})

test('a shadow that a process left behind is taken up by the next', async () => {
  company = await openTrial()
  await shadow()
  await company.run('write')
  await company.run('write')
  // It dies before anything of the shadow was begun.
  await company.close()
  company = await openAgain(company.folder)
  await catchUp()
  expect((await company.show()).trials[0]?.measures[0]).toMatchObject({ trial: { runs: 2 }, base: { runs: 2 } })
})

test('tools are answered out of the record where the call is the same, and else not at all', async () => {
  const folder = newFolder()
  const corner = provider('key')
  corner.found = 'a price'
  const able = (version: number) => writer(version, { allow: [shop.note, shop.look] })
  const model = () =>
    scriptedModel(({ prompt }): Reply => {
      const version = /Speak as v(\d)/.exec(prompt)?.[1]
      if (prompt.includes('a price') && !prompt.includes('Nothing is done') && version === '3')
        return { output: { body: 'by v3' } }
      if (prompt.includes('only repeats')) return { output: { body: 'by v4, unheard' } }
      const said = version === '3' ? 'hi' : 'something else'
      return {
        tools: [
          { name: 'shop.look', input: { what: 'tea' } },
          { name: 'shop.note', input: { to: 'ana', text: said } },
        ],
      }
    })
  const first = await openIn(folder, { workflows: flows(able(3)), adapters: [corner.adapter] }, model())
  await first.run('write')
  expect(corner.acted).toEqual(['note ana: hi'])
  await first.close()
  const looked = corner.calls
  const again = await openIn(folder, { workflows: flows(able(4)), adapters: [corner.adapter] }, model())
  const replay = await again.call<{ replay: never }>('agents.replay', { agent: 'writer', version: '4', runs: 5 })
  await again.os.idle()
  const report = await again.call<Replayed>('agents.replayed', { replay: replay.replay })
  expect(report.items[0]).toMatchObject({ state: 'changed', refused: 1, after: { version: 4 } })
  expect(corner.acted).toEqual(['note ana: hi'])
  expect(corner.calls).toBe(looked)
  const prompt = again.model.calls.at(-1)?.prompt
  expect(prompt).toContain('a price')
  expect(prompt).toContain('This run only repeats another one: shop.note is not done')
  // Whatever way an action is asked for: the second wall.
  const run = await again.kernel.readRun(report.items[0]!.again)
  expect(await refuseAgain({ kernel: again.kernel, run } as never, shop.note)).toMatchObject({
    code: 'trial.no-effect',
  })
  expect(await refuseAgain({ kernel: again.kernel, run } as never, shop.look)).toMatchObject({
    code: 'trial.no-effect',
  })
  const live = await again.call<{ runs: never[] }>('agents.replay', { agent: 'writer', version: '4', liveReads: true })
  const reading = { kernel: again.kernel, run: await again.kernel.readRun(live.runs[0]!) } as never
  expect(await refuseAgain(reading, shop.look)).toBeUndefined()
  expect(await refuseAgain(reading, shop.note)).toMatchObject({ code: 'trial.no-effect' })
  await again.close()
  company = { close: async () => undefined } as never
})
