import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { decide } from '../../src/executor/decide.ts'
import { minutes } from '../../src/values/time.ts'
import { answerDoubts } from './doubts.ts'
import { approveLetter, everybody, letterCompany } from './letter-company.ts'
import { readLog, startMailServer } from './mail-server.ts'
import { leave } from './subscribe.ts'

const readers = 40

function logFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'soloist-mail-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'mail.log')
}

const addressesIn = (log: string): string[] =>
  readLog(log)
    .map(({ to }) => to)
    .sort()

test('a server that is down for a while is tried again later: no doubt, and nobody gets two', async () => {
  const log = logFile()
  const server = await startMailServer(log)
  const company = await letterCompany(server.port, readers)
  const run = await approveLetter(company)
  const sending = company.worker.idle()
  await server.tookOver(8)
  await company.mode.pause('the server moves')
  await sending
  await server.kill()
  await company.mode.resume('moved')
  await company.worker.idle()
  expect((await company.tasks(run))['distribute']).toBe('ready')
  expect(addressesIn(log).length).toBeLessThan(readers)

  await startMailServer(log, server.port)
  await company.clock.advance(minutes(1))
  await company.worker.idle()
  expect(await company.gates()).toEqual([])
  expect(addressesIn(log)).toEqual(everybody(readers))
  expect(await company.output(run)).toMatchObject({ delivered: readers, bounced: 0, unknown: 0 })
})

test('a server that dies with mails in its hands leaves a question for each of them; the others get theirs when it is back', async () => {
  const log = logFile()
  const server = await startMailServer(log)
  const company = await letterCompany(server.port, readers)
  const run = await approveLetter(company)
  const sending = company.worker.idle()
  await server.tookInHand(10)
  await server.kill()
  await sending
  const asked = (await company.gates()).length
  expect(asked).toBeGreaterThan(0)
  expect(asked).toBeLessThanOrEqual(4)

  await startMailServer(log, server.port)
  await company.clock.advance(minutes(1))
  await company.worker.idle()
  expect((await company.gates()).length).toBe(asked)
  expect(await answerDoubts(company.kernel, readLog(log))).toBe(asked)
  await company.worker.idle()
  expect(addressesIn(log)).toEqual(everybody(readers))
  expect(await company.output(run)).toMatchObject({ delivered: readers, bounced: 0, unknown: 0 })
})

test.each([
  ['went out', 'approved' as const, 1],
  ['did not', 'rejected' as const, 0],
])(
  'who leaves while their mail is in doubt is asked about too, and gets no other: it %s',
  async (_what, verdict, one) => {
    const log = logFile()
    const server = await startMailServer(log)
    const company = await letterCompany(server.port, readers)
    const run = await approveLetter(company)
    const sending = company.worker.idle()
    await server.tookInHand(10)
    await server.kill()
    await sending
    const doubts = await company.gates()
    for (const { subject } of doubts) await leave(company.kernel, subject)
    await startMailServer(log, server.port)
    await company.clock.advance(minutes(1))
    await company.worker.idle()
    expect((await company.tasks(run)).distribute).toBe('held')
    for (const { id } of doubts)
      await decide(company.kernel, id, verdict === 'approved' ? { verdict } : { verdict, reason: 'no' })
    await company.worker.idle()
    expect(await company.gates()).toEqual([])
    expect(await company.output(run)).toMatchObject({
      delivered: readers - doubts.length + one * doubts.length,
      bounced: 0,
      unknown: 0,
    })
    expect(addressesIn(log)).toHaveLength(readers - doubts.length)
  },
)
