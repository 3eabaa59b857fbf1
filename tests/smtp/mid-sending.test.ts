import { expect, test } from 'vitest'
import { minutes } from '../../src/values/time.ts'
import { atMail } from './at-mail.ts'
import { addresses, approveLetter, everybody, inbox, letterCompany } from './letter-company.ts'
import { join, leave } from './subscribe.ts'

const readers = 30

test('a pause in mid-sending stops at once, and resuming sends to the others only', async () => {
  const hook = atMail(10, () => company.mode.pause('a typo'))
  const server = await inbox({ onData: hook.onData })
  const company = await letterCompany(server.port, readers)
  await approveLetter(company)
  await company.worker.idle()
  const beforeResume = hook.mails.length
  // At most the other lines' mails, which were on their way.
  expect(beforeResume).toBeLessThanOrEqual(10 + 3)
  expect(await company.gates()).toEqual([])
  await company.mode.resume('mended')
  await company.worker.idle()
  expect(hook.mails.toSorted()).toEqual(everybody(readers))
})

test('who leaves in mid-sending gets nothing any more', async () => {
  const left = new Set<string>()
  const hook = atMail(5, async () => {
    for (const to of everybody(readers)
      .filter((address) => !hook.begun.has(address))
      .slice(0, 10)) {
      await leave(company.kernel, to)
      left.add(to)
    }
  })
  const server = await inbox({ onData: hook.onData })
  const company = await letterCompany(server.port, readers)
  const run = await approveLetter(company)
  await company.worker.idle()
  expect(left.size).toBe(10)
  // Only those whose mail was under way already when they left may still get it.
  const late = await company.kernel.store.read
    .selectFrom('effects')
    .innerJoin('memberships', 'memberships.identity_id', 'effects.subject')
    .select('effects.key')
    .where('memberships.status', '=', 'unsubscribed')
    .whereRef('effects.intended_seq', '>', 'memberships.source_seq')
    .where('effects.state', '=', 'done')
    .execute()
  expect(late).toEqual([])
  expect(hook.mails.filter((to) => left.has(to)).length).toBeLessThan(10)
  expect(new Set(hook.mails).size).toBe(hook.mails.length)
  expect(await company.output(run)).toMatchObject({ delivered: hook.mails.length, bounced: 0, unknown: 0 })
})

test('who joins after the approval gets none', async () => {
  const server = await inbox()
  const company = await letterCompany(server.port, 3)
  await approveLetter(company)
  await company.clock.advance(minutes(1))
  await join(company.kernel, 'late@example.org')
  await company.worker.idle()
  expect(addresses(server)).toEqual(everybody(3))
})
