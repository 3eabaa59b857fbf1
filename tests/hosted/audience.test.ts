import { describe, expect, test } from 'vitest'
import { retryRun } from '../../src/executor/retry.ts'
import { days, isoInstant, minutes } from '../../src/values/time.ts'
import { approve, everyone, hostedCompany, openCard, startLetter } from './hosted-company.ts'
import { hostedButtondown, hostedGhost, hostedProviders } from './providers.ts'

const longAgo = '2026-01-01T00:00:00.000Z'

test('Ghost can tell who joined after the card was shown: they get nothing, and nobody is asked again', async () => {
  const company = await hostedCompany(hostedGhost, 2)
  const run = await startLetter(company)
  await company.clock.advance(days(1))
  company.provider.newcomer('late@example.org', isoInstant(company.clock.now()))
  await approve(company)
  expect(await company.stateOf(run)).toBe('done')
  expect(everyone(company.provider)).toEqual(['reader0@example.org', 'reader1@example.org'])
})

test('Buttondown cannot: once more would get it than were approved, the operator is asked with the new number', async () => {
  const company = await hostedCompany(hostedButtondown, 2)
  const run = await startLetter(company)
  company.provider.newcomer('late@example.org', longAgo)
  await approve(company)
  // Putting the draft down reaches nobody yet: only sending it is asked for again.
  expect([company.provider.drafts(), company.provider.sent()]).toEqual([['News'], []])
  expect(await openCard(company)).toMatchObject({
    actions: ['newsletters.send'],
    recipients: { count: 3 },
    fault: { code: 'gate.changed' },
  })
  await approve(company)
  expect(await company.stateOf(run)).toBe('done')
  expect(everyone(company.provider)).toHaveLength(3)
})

test('somebody who saves the post on the site in the same moment is no reason to send it twice, or not at all', async () => {
  const company = await hostedCompany(hostedGhost, 2)
  const { server } = company.provider
  server.trouble({ method: 'GET', path: '/posts/0', met: () => company.provider.touch() })
  const run = await startLetter(company)
  await approve(company)
  const retried = (await company.events(run)).filter(({ kind }) => kind === 'task.retried')
  expect(retried.map((event) => event.kind === 'task.retried' && event.payload?.fault.code)).toEqual([
    'adapter.conflict',
  ])
  await company.clock.advance(minutes(5))
  await company.worker.idle()
  expect(await company.stateOf(run)).toBe('done')
  expect(company.provider.sent()).toHaveLength(1)
})

describe.each(hostedProviders)('the audience at $name', ({ open }) => {
  test('a yes to more readers is a yes to no more than these', async () => {
    const company = await hostedCompany(open, 2)
    await startLetter(company)
    company.provider.newcomer('third@example.org', longAgo)
    await approve(company)
    company.provider.newcomer('fourth@example.org', longAgo)
    await approve(company)
    expect(company.provider.sent()).toEqual([])
    expect((await openCard(company))?.recipients?.count).toBe(4)
    while ((await company.gates()).length > 0) await approve(company)
    expect(everyone(company.provider)).toHaveLength(4)
  })

  test('an audience that outgrows the yes while the provider is down is not written to', async () => {
    const company = await hostedCompany(open, 2)
    company.provider.server.trouble({
      ...company.provider.sends,
      trouble: { how: 'answers', when: 'before', status: 429 },
      met: () => company.provider.newcomer('third@example.org', longAgo),
    })
    const run = await startLetter(company)
    await approve(company)
    await company.clock.advance(minutes(5))
    await company.worker.idle()
    expect(await company.fault(run)).toMatchObject({ code: 'newsletter.grown', about: { now: '3', approved: '2' } })
    await retryRun(company.kernel, run)
    await company.worker.idle()
    expect((await openCard(company))?.recipients?.count).toBe(3)
    await approve(company)
    expect(company.provider.sent()).toHaveLength(1)
    expect(await company.stateOf(run)).toBe('done')
  })
})
