import { describe, expect, test } from 'vitest'
import { undoRun } from '../../src/executor/undo.ts'
import { minutes } from '../../src/values/time.ts'
import { answer, approve, everyone, hostedCompany, openCard, startLetter } from './hosted-company.ts'
import { hostedProviders } from './providers.ts'

describe.each(hostedProviders)('a newsletter at $name', ({ open }) => {
  test('the card counts the readers of the provider, and nothing lies there before the yes', async () => {
    const company = await hostedCompany(open, 7)
    await startLetter(company)
    expect((await openCard(company))?.recipients).toMatchObject({ count: 7, name: 'Our readers' })
    expect([company.provider.drafts(), company.provider.sent()]).toEqual([[], []])
  })

  test('an approved letter goes out once, to everybody', async () => {
    const company = await hostedCompany(open, 3)
    const run = await startLetter(company)
    await approve(company)
    expect(await company.output(run)).toMatchObject({ delivered: 3, bounced: 0, unknown: 0 })
    expect(company.provider.sent()).toEqual([['reader0@example.org', 'reader1@example.org', 'reader2@example.org']])
  })

  test('a draft that was changed at the provider after the yes is not sent, and the operator is told', async () => {
    const company = await hostedCompany(open)
    company.provider.server.trouble({
      ...company.provider.adds,
      trouble: { how: 'answers', when: 'after', status: 500 },
      met: () => company.provider.scribble(),
    })
    const run = await startLetter(company)
    await approve(company)
    await company.clock.advance(minutes(2))
    await company.worker.idle()
    expect(company.provider.sent()).toEqual([])
    const card = await openCard(company)
    expect(card?.fault).toMatchObject({ code: 'newsletter.changed', about: { why: 'its text' } })
    company.provider.restore()
    await approve(company)
    expect(await company.stateOf(run)).toBe('done')
    expect(company.provider.sent()).toHaveLength(1)
  })

  test('who leaves after the yes gets nothing', async () => {
    const company = await hostedCompany(open, 3)
    company.provider.server.trouble({
      ...company.provider.adds,
      trouble: { how: 'answers', when: 'after', status: 500 },
      met: () => company.provider.leaves('reader1@example.org'),
    })
    await startLetter(company)
    await approve(company)
    await company.clock.advance(minutes(2))
    await company.worker.idle()
    expect(everyone(company.provider)).toEqual(['reader0@example.org', 'reader2@example.org'])
  })
})

describe.each(hostedProviders)('taking a newsletter back at $name', ({ open }) => {
  test('undoing what was scheduled takes the draft away, and what was sent stays', async () => {
    const company = await hostedCompany(open)
    company.provider.server.trouble({ ...company.provider.sends, trouble: refusing })
    const run = await startLetter(company)
    await approve(company)
    expect(company.provider.drafts()).toEqual(['News'])
    expect(await company.fault(run)).toMatchObject({ code: 'adapter.refused' })
    await undoRun(company.kernel, run)
    await company.worker.idle()
    while ((await company.gates()).length > 0) await approve(company)
    expect(company.provider.drafts()).toEqual([])
    expect(await company.stateOf(run)).toBe('undone')
  })

  test('a rejected letter leaves nothing there', async () => {
    const company = await hostedCompany(open)
    await startLetter(company)
    await answer(company, { verdict: 'rejected', reason: 'no' })
    expect([company.provider.drafts(), company.provider.sent()]).toEqual([[], []])
  })
})

const refusing = { how: 'answers', when: 'before', status: 400 } as const
