import { expect, test } from 'vitest'
import type { Part, SpreadCall } from '../../src/adapters/adapter.ts'
import { audience } from '../../src/adapters/newsletters/audience.ts'
import { renderMarkdown } from '../../src/adapters/newsletters/letter.ts'
import type { Mail } from '../../src/adapters/ports/mail.ts'
import type { Campaign, Issue } from '../../src/adapters/ports/newsletters.ts'
import { callUnder, membersOf } from '../../src/testing/adapter-world.ts'
import { newsletterMembers } from '../../src/testing/port-samples.ts'
import { contentHash } from '../../src/values/json.ts'
import { type Instant, instant } from '../../src/values/time.ts'

const adapter = audience({ from: 'Me <me@example.org>' })
const issue: Issue = { subject: 'One', markdown: '# Hi\n\n[a](https://a.example/)', sources: [] }

async function schedule(given: Partial<Issue> = {}, at: Instant | null = null): Promise<Campaign> {
  const performance = adapter.actions.schedule
  if (performance?.idempotency !== 'key') throw new TypeError('scheduling dedupes by key')
  const input = { audience: 'readers', issue: { ...issue, ...given }, at }
  return performance.do(undefined, input, callUnder('eff_s')) as Promise<Campaign>
}

async function letters(campaign: Campaign, call: Partial<SpreadCall> = {}): Promise<Part[]> {
  const performance = adapter.actions.send
  if (performance?.idempotency !== 'parts') throw new TypeError('sending spreads')
  const parts: Part[] = []
  const given = { ...membersOf({ members: newsletterMembers }), ...call }
  for await (const part of performance.parts(undefined, { campaign }, given)) parts.push(part)
  return parts
}

const mailsOf = async (campaign: Campaign, call?: Partial<SpreadCall>): Promise<Mail[]> =>
  (await letters(campaign, call)).map((part) => part.input as Mail)

test('a campaign carries the hash of exactly the issue that is sent', async () => {
  const campaign = await schedule()
  expect(campaign).toMatchObject({ id: 'campaign-eff_s', contentHash: contentHash(issue) })
  expect(campaign.contentHash).toBe(contentHash(campaign.issue))
})

test('each member gets one letter under their own key, with their own way out', async () => {
  const parts = await letters(await schedule())
  expect(parts.map(({ key, subject, member }) => [key, subject, member])).toEqual([
    ['idn_ana', 'idn_ana', { audience: 'readers', identity: 'idn_ana' }],
    ['idn_ben', 'idn_ben', { audience: 'readers', identity: 'idn_ben' }],
  ])
  const [ana, ben] = parts.map((part) => part.input as Mail)
  const url = 'https://leave.example.org/readers/idn_ana'
  expect(ana).toMatchObject({
    to: 'ana@example.org',
    toName: 'Ana Müller',
    from: 'Me <me@example.org>',
    listUnsubscribe: { url },
  })
  expect(ana?.text).toContain('a (https://a.example/)')
  expect(ana?.text).toContain(`Unsubscribe: ${url}`)
  expect(ana?.html).toContain(`<a href="${url}">Unsubscribe</a>`)
  expect(ben).not.toHaveProperty('toName')
  expect(JSON.stringify(ben)).not.toContain('idn_ana')
})

test('without a web address the way out is a mail, and without either it is an answer', async () => {
  const campaign = await schedule()
  const [byMail] = await mailsOf(campaign, { unsubscribe: () => ({ url: null, mailto: 'leave@example.org' }) })
  expect(byMail?.html).toContain('<a href="mailto:leave@example.org">')
  const [byAnswer] = await mailsOf(campaign, { unsubscribe: () => ({ url: null, mailto: null }) })
  expect(byAnswer?.text).toContain('answer this mail')
  expect(byAnswer).not.toHaveProperty('listUnsubscribe')
})

test('sources that the text does not link are listed below it, hostile ones are not', async () => {
  const sources = [
    { title: 'A', url: 'https://a.example/', pointer: null },
    { title: '<b>B</b>', url: 'https://b.example/', pointer: null },
    { title: 'C', url: 'javascript:alert(1)', pointer: null },
  ]
  const [mail] = await mailsOf(await schedule({ sources }))
  expect(mail?.text).toContain('- <b>B</b> (https://b.example/)')
  expect(mail?.html?.match(/a\.example/g)).toHaveLength(1)
  expect(`${mail?.html}${mail?.text}`).not.toContain('javascript:')
})

test.each([
  ['<script>alert(1)</script>\n\ntext', '<script'],
  ['<img src=x onerror=alert(1)>', '<img'],
  ['a <b onclick="x">bold</b> word', '<b'],
  ['[x](javascript:alert(1))', 'href'],
  ['[x](JaVaScRiPt:alert(1))', 'href'],
  ['[x](data:text/html;base64,PHNjcmlwdD4=)', 'href'],
  ['[x](vbscript:x)', 'href'],
  ['![x](http://tracker.example/p.png)', '<img'],
  ['![x"onerror="alert(1)](https://a.example/p.png)', '"onerror'],
  ['[x](https://a.example/"onmouseover="alert(1))', '"onmouseover'],
  ['<iframe src="https://a.example"></iframe>', '<iframe'],
  ['[a]: javascript:alert(1)\n\n[x][a]', 'href'],
])('hostile Markdown %j gives no %s', (markdown, forbidden) => {
  expect(renderMarkdown(markdown)).not.toContain(forbidden)
})

test('Markdown that is nested too deep is refused before anybody approves it', async () => {
  await expect(schedule({ markdown: '>'.repeat(50_000) })).rejects.toMatchObject({ fault: { code: 'input.invalid' } })
})

test('nothing goes out before its time', async () => {
  const now = callUnder('x').now
  const early = await schedule({}, instant(now + 1))
  await expect(letters(early)).rejects.toMatchObject({ fault: { code: 'newsletter.early' } })
  expect(await letters(await schedule({}, now))).toHaveLength(2)
})

test('results count those who left since the sending ended', async () => {
  const { send, results } = adapter.actions
  if (send?.idempotency !== 'parts' || !results || results.idempotency === 'parts') throw new TypeError('no results')
  const campaign = await schedule()
  const delivery = send.join(undefined, { campaign }, { done: 5, refused: 2, unknown: 1 }, callUnder('x'))
  expect(delivery).toMatchObject({ campaign: campaign.id, delivered: 5, bounced: 2, unsubscribed: 0, unknown: 1 })
  const left = async (who: string, since: number): Promise<number> =>
    who === 'readers' && since === callUnder('x').now ? 3 : 0
  expect(await results.do(undefined, { delivery }, { ...callUnder('y'), left })).toMatchObject({ unsubscribed: 3 })
})
