import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { seeded } from '../../src/values/chance.ts'
import { answerDoubts } from './doubts.ts'
import { type LogEntry, readLog, startMailServer } from './mail-server.ts'
import { openSender } from './open-company.ts'
import { startProcess } from './process.ts'

const full = process.env['PROOF'] === '1'
const subscribers = full ? 500 : 100
const kills = full ? 25 : 5
// What the smtp adapter has on its way at once, at most.
const inFlight = 4
const seed = Number(process.env['SEED'] ?? 1)

test(`a letter to ${subscribers} readers, its process killed ${kills} times, reaches each of them once`, {
  timeout: 240_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'soloist-smtp-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const log = join(folder, 'mail.log')
  const server = await startMailServer(log)

  for (const count of momentsToKill()) {
    const life = startProcess('company-process.ts', [folder, String(server.port), String(subscribers)])
    onTestFinished(() => life.kill())
    expect(await life.line()).toBe('works')
    await Promise.race([server.tookOver(count), life.line().then((line) => expect(line).toBe('still at work'))])
    await life.kill()
  }
  const last = startProcess('company-process.ts', [folder, String(server.port), String(subscribers)])
  onTestFinished(() => last.kill())
  expect(await last.line()).toBe('works')
  expect(await last.line()).toBe('idle')
  await last.end()
  expect(most(readLog(log))).toBe(1)

  const company = await openSender(folder, server.port, () => 0)
  onTestFinished(() => company.close())
  await company.worker.idle()
  const doubts = await answerDoubts(company.kernel, readLog(log))
  expect(doubts).toBeGreaterThan(0)
  expect(doubts).toBeLessThanOrEqual(kills * inFlight)
  await company.worker.idle()

  const sent = readLog(log)
  expect(new Set(sent.map(({ to }) => to)).size).toBe(subscribers)
  expect(sent).toHaveLength(subscribers)
  expect(await company.openGates()).toEqual([])
  expect(await company.output()).toMatchObject({ delivered: subscribers, bounced: 0, unknown: 0 })
})

/** After how many mails by the server's count it dies, each time: seeded, spread between the first and the last mail. */
function momentsToKill(): number[] {
  const random = seeded(seed)
  // Each life can have as many mails under way as there are connections; the last death still comes before the last mail.
  const stretch = Math.floor((subscribers - inFlight - 1) / kills)
  return Array.from({ length: kills }, (_, index) => index * stretch + 1 + Math.floor(random() * (stretch - inFlight)))
}

/** How many mails the reader with the most has got. */
function most(log: readonly LogEntry[]): number {
  return Math.max(
    ...Map.groupBy(log, ({ to }) => to)
      .values()
      .map((entries) => entries.length),
  )
}
