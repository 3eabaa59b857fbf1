import { afterEach, expect, test } from 'vitest'
import { usd } from '../../src/index.ts'
import { openai } from '../../src/models/providers.ts'
import { isRepeat } from '../../src/values/id.ts'
import { minutes, seconds } from '../../src/values/time.ts'
import { flows, newFolder, openIn, type ReleaseCompany, writer } from '../releases/company.ts'
import { BatchServer } from './batch-server.ts'

let company: ReleaseCompany
let server: BatchServer
afterEach(async () => {
  await company.close()
  await server.close()
})

test('repeats whose purse waits in a batch look at it ever more seldom', async () => {
  server = await BatchServer.open(() => Math.floor(company.clock.now() / 1000))
  const price = { perMillionIn: usd(1), perMillionOut: usd(10) }
  const models = { standard: [openai('gpt-5-mini', { url: server.url, price, batch: true })] }
  company = await openIn(newFolder(), { workflows: flows(writer(4)), models })
  const { store, vault, journal } = company.kernel
  await store.write((tx) => vault.setSecret(tx, 'openai.key', 'sk-test-0123456789'))
  for (const about of ['tea', 'milk']) await company.run('write', about)
  server.end('answered')
  await company.clock.advance(minutes(1))
  await company.os.idle()
  // One turn in a batch, at half of 8192 tokens for 10 dollars a million, and no more.
  await company.call('agents.replay', { agent: 'writer', version: '4', runs: 2, limit: usd(0.044) })
  for (let at = 0; at < 360; at += 1) {
    await company.os.idle()
    await company.clock.advance(seconds(10))
  }
  const put = await journal.page({ after: 0, limit: 5000, kind: 'task.postponed' })
  const looks = put.flatMap((event) =>
    event.kind === 'task.postponed' && event.payload?.fault.code === 'budget.exhausted' && isRepeat(event.run) ? 1 : [],
  )
  expect(looks.length).toBeGreaterThan(5)
  expect(looks.length).toBeLessThan(40)
})
