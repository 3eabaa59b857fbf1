import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { judging } from '../../src/os/trials/judging.ts'
import type { ReplayPlan } from '../../src/os/trials/replay.ts'
import type { Replayed } from '../../src/os/trials/replayed.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { usd } from '../../src/values/money.ts'
import { seconds } from '../../src/values/time.ts'
import { saysVersion, writeEval } from '../evals/company.ts'
import { provider, shop } from '../executor/shop.ts'
import { flows, newFolder, openIn, writer } from '../releases/company.ts'

/** A company whose writer is this code, in a folder of its own or one that has lived. */
async function coded(folder: string, version: number, code: string) {
  const corner = provider('key')
  const by = writer(version, {
    run: `./writer-${version}.ts`,
    allow: [shop.look, shop.note],
    recall: { history: [{ by: ['about'], tokens: 500 }] },
  })
  writeFileSync(join(folder, 'agents', `writer-${version}.ts`), code)
  const company = await openIn(folder, { workflows: flows(by), adapters: [corner.adapter] }, scriptedModel([]))
  let open = true
  const close = async (): Promise<void> => {
    if (open) await company.close()
    open = false
  }
  onTestFinished(close)
  return { ...company, close, corner }
}

const looks = (more = '') => `export const run = async ({ about }, { act }) => {
  const { found } = await act('shop.look', { what: about })
  await act('shop.note', { to: 'ana', text: found })
  return { body: found + '${more}' }
}`

async function folderWithAgents(): Promise<string> {
  const folder = newFolder()
  await (await openIn(folder, {})).close()
  return folder
}

test('code that does a task again is told what the original was told, and does nothing', async () => {
  const folder = await folderWithAgents()
  const company = await coded(folder, 3, looks())
  Object.assign(company.corner, { found: 'a needle' })
  await company.run('write')
  expect(company.corner.acted).toEqual(['note ana: a needle'])
  Object.assign(company.corner, { found: 'hay' })
  await company.close()
  const next = await coded(folder, 4, looks('!'))
  const { replay } = await next.call<ReplayPlan>('agents.replay', { agent: 'writer', version: '4', runs: 1 })
  await next.os.idle()
  const told = await next.call<Replayed>('agents.replayed', { replay: replay! })
  expect(told.items.map(({ state, refused, after }) => [state, refused, after?.fault])).toEqual([['changed', 0, null]])
  expect(told.items[0]?.differences).toEqual([expect.objectContaining({ before: 'a needle', after: 'a needle!' })])
  expect(next.corner.acted).toEqual([])
})

test('code that does a task again remembers what the original remembered, and nothing of what came of it', async () => {
  const recalls = (words: string) =>
    `export const run = async ({ about }, { recall }) => ({ body: about + ' ' + (await recall(${words})).map(({ text }) => text).join(' ').length })`
  for (const words of ['', "'tea'"]) {
    const folder = await folderWithAgents()
    const before = await coded(folder, 3, recalls(words))
    for (let at = 0; at < 3; at += 1) await before.run('write')
    await before.clock.advance(seconds(1))
    const original = await before.body(await before.run('write'))
    expect(original).not.toBe('tea 0')
    await before.close()
    const next = await coded(folder, 4, `${recalls(words)} // again`)
    const { replay } = await next.call<ReplayPlan>('agents.replay', { agent: 'writer', version: '4', runs: 1 })
    await next.os.idle()
    const told = await next.call<Replayed>('agents.replayed', { replay: replay! })
    expect(told.items.map(({ state, differences }) => [state, differences])).toEqual([['same', []]])
    await next.close()
  }
})

test('code that breaks is worse than code that does not', async () => {
  const folder = await folderWithAgents()
  const before = await coded(folder, 3, 'export const run = ({ about }) => ({ body: about })')
  await before.run('write')
  await before.close()
  const company = await coded(folder, 4, 'export const run = () => { throw new Error("no") }')
  await company.call('releases.shadow', { agent: 'writer', version: '4', limit: 1_000_000, why: 'a look' })
  const chore = judging(company.kernel, () => undefined)
  for (let at = 0; at < 20 && company.kernel.trials.open('writer'); at += 1) {
    await company.run('write')
    for (let round = 0; round < 3; round += 1) {
      while ((await chore.nextDue()) !== undefined) await chore.perform()
      await company.os.idle()
    }
  }
  expect((await company.kernel.trials.history('writer'))[0]).toMatchObject({ state: 'withdrawn', by: 'system' })
})

test('code that breaks at an eval has failed it', async () => {
  const folder = await folderWithAgents()
  const company = await coded(folder, 4, 'export const run = () => { throw new Error("no") }')
  writeEval(folder, saysVersion('v4'))
  const { run } = await company.os.evals.start({ eval: 'says', answers: 'models', record: false, limit: usd(1) })
  await company.os.idle()
  expect(await company.os.evals.result(run)).toMatchObject({
    verdict: 'failed',
    cases: [{ score: 0, why: expect.stringContaining('The code of writer failed: no') }],
  })
})
