import { APICallError } from '@ai-sdk/provider'
import { expect, onTestFinished, test } from 'vitest'
import { pure } from '../../src/index.ts'
import { watchingDrift } from '../../src/os/trials/watching-drift.ts'
import type { Reply } from '../../src/testing/scripted-model.ts'
import { days } from '../../src/values/time.ts'
import { flows, Given, lived, Text, writer } from '../releases/company.ts'
import { openAgain } from './company.ts'

const fallback = pure({ name: 'rules', does: 'Writes.', input: Given, output: Text, run: () => ({ body: 'by rules' }) })
const gone: Reply = { error: new APICallError({ message: 'no', url: 'x', requestBodyValues: {}, statusCode: 429 }) }

test('what rules answered in an outage says nothing of a version: it is neither compared nor repeated', async () => {
  const folder = await lived([writer(3, { fallback }), writer(4, { fallback })])
  let down = false
  const answers = (version: number): Reply => (down ? gone : { output: { body: `by v${version}` } })
  const company = await openAgain(folder, answers, { workflows: flows(writer(4, { fallback })) })
  onTestFinished(company.close)
  const wish = { agent: 'writer', version: '4', limit: 10_000_000, why: 'before it writes' }
  await company.call('releases.shadow', wish)
  down = true
  expect(await company.body(await company.run('write'))).toBe('by rules')
  await company.judge()
  const { read } = company.kernel.store
  expect(await read.selectFrom('trial_observations').select('measure').execute()).toEqual([])
  expect(await read.selectFrom('repeats').select('run_id').execute()).toEqual([])
})

test('a month in which rules answered for nothing does not make the next one look dear', async () => {
  const folder = await lived([writer(3, { fallback }), writer(4, { fallback })])
  let down = true
  const answers = (version: number): Reply => (down ? gone : { output: { body: `by v${version}` } })
  const company = await openAgain(folder, answers, { workflows: flows(writer(4, { fallback })) })
  onTestFinished(company.close)
  for (let at = 0; at < 40; at += 1) await company.run('write')
  await company.clock.advance(days(1))
  down = false
  await company.startAll(30)
  await company.clock.advance(days(27))
  await company.startAll(60)
  await watchingDrift(company.kernel).perform()
  expect(await company.kernel.journal.page({ after: 0, limit: 10, kind: 'agent.drifting' })).toEqual([])
})
