import { rmSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { minutes } from '../../src/values/time.ts'
import { atMail } from '../smtp/at-mail.ts'
import { answerDoubts } from '../smtp/doubts.ts'
import { approveLetter, everybody, inbox, letterCompany } from '../smtp/letter-company.ts'
import { fill, smallDisk } from './command-line.ts'

const readers = 40
const logOf = ({ mails, ids }: ReturnType<typeof atMail>) => mails.map((to, index) => ({ to, id: ids[index] ?? '' }))

test('a command that works meets a full disk: it says so, and the next one goes on', async (context) => {
  const disk = smallDisk('200m')
  if (!disk) return context.skip('needs the right to mount a tmpfs')
  vi.stubEnv('TMPDIR', disk)
  let filler = ''
  const hook = atMail(10, () => {
    filler = fill(disk)
  })
  const server = await inbox({ onData: hook.onData })
  const company = await letterCompany(server.port, readers)
  vi.unstubAllEnvs()
  await approveLetter(company)
  await expect(company.worker.idle()).rejects.toMatchObject({ fault: { code: 'store.full', retry: 'later' } })
  rmSync(filler)
  await company.clock.advance(minutes(1))
  await company.worker.idle()
  await answerDoubts(company.kernel, logOf(hook))
  await company.worker.idle()
  expect(hook.mails.toSorted()).toEqual(everybody(readers))
})

test('a disk that is full in mid-sending stops the letter; with room again it reaches everybody once', async (context) => {
  const disk = smallDisk('200m')
  if (!disk) return context.skip('needs the right to mount a tmpfs')
  vi.stubEnv('TMPDIR', disk)
  const full = Promise.withResolvers<string>()
  const hook = atMail(10, () => full.resolve(fill(disk)))
  const server = await inbox({ onData: hook.onData })
  const company = await letterCompany(server.port, readers)
  vi.unstubAllEnvs()
  const run = await approveLetter(company)
  company.worker.work()
  const filler = await full.promise
  await vi.waitFor(() => expect(hook.mails.length).toBeGreaterThanOrEqual(10))
  for (let turns = 0; turns < 200; turns += 1) await new Promise((resolve) => setImmediate(resolve))
  const sentWhileFull = hook.mails.length
  expect(sentWhileFull).toBeLessThan(readers)

  rmSync(filler)
  for (let turns = 0; turns < 5; turns += 1) await company.clock.advance(minutes(1))
  await company.worker.idle()
  expect(await answerDoubts(company.kernel, logOf(hook))).toBeLessThanOrEqual(4)
  await company.worker.idle()
  expect(hook.mails.toSorted()).toEqual(everybody(readers))
  expect(await company.output(run)).toMatchObject({ delivered: readers, unknown: 0 })
})
