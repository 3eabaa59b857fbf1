import type { Member } from '../adapters/adapter.ts'
import type { Mail } from '../adapters/ports/mail.ts'
import type { Campaign, Delivery, Issue } from '../adapters/ports/newsletters.ts'
import type { IdentityId } from '../values/id.ts'
import { contentHash } from '../values/json.ts'
import { instant } from '../values/time.ts'

const ana: Mail = {
  to: 'ana@example.org',
  toName: 'Ana Müller',
  subject: 'Grüße from Soloist',
  text: 'Hello Ana,\n.\n..a line with dots\nend',
  html: '<p>Hello Ana</p>',
  listUnsubscribe: { url: 'https://leave.example.org/1', mailto: 'leave@example.org' },
}

/** Samples for any mail adapter. */
export const mailSamples = { send: { input: ana, other: { ...ana, to: 'ben@example.org', toName: 'Ben' } } }

/** Samples for any documents adapter; `documentText` must be at `notes/first.md`. */
export const documentSamples = {
  list: { input: {}, other: { under: 'notes', max: 1 } },
  read: { input: { path: 'notes/first.md' }, other: { path: 'notes/first.md' } },
  write: { input: { path: 'notes/new.md', text: '# New\n' }, other: { path: 'notes/other.md', text: '# Other\n' } },
}
export const documentText = '# First\n\nA note.\n'

const issue: Issue = {
  subject: 'Issue 1',
  markdown: '# Hello\n\nA *short* letter with [a link](https://example.org/a).',
  sources: [{ title: 'A', url: 'https://example.org/a', pointer: null }],
}
const audience = 'idn_readers'
const campaign: Campaign = { id: 'campaign-1', audience, issue, at: null, contentHash: contentHash(issue) }
const delivery: Delivery = {
  campaign: 'campaign-1',
  audience,
  at: instant(1_772_442_000_000),
  delivered: 2,
  bounced: 0,
  unsubscribed: 0,
  unknown: 0,
}

/** Samples for any newsletters adapter, and the members of their audience. */
export const newsletterSamples = {
  schedule: {
    input: { audience, issue, at: null },
    other: { audience, issue: { ...issue, subject: 'Issue 2' }, at: null },
  },
  send: { input: { campaign }, other: { campaign: { ...campaign, id: 'campaign-2' } } },
  results: { input: { delivery }, other: { delivery } },
}
export const newsletterMembers: readonly Member[] = [
  { identity: 'idn_ana' as IdentityId, name: 'Ana Müller', email: 'ana@example.org' },
  { identity: 'idn_ben' as IdentityId, name: '', email: 'ben@example.org' },
]

/** Samples for any feeds adapter; `feedText` must be at `feed.xml`. */
export const feedSamples = { read: { input: { sources: ['feed.xml'] }, other: { sources: ['feed.xml'], max: 1 } } }
export const feedText = `<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><link>https://example.org/</link>
<item><title>Two &amp; more</title><link>https://example.org/2</link><guid>2</guid>
<pubDate>Tue, 03 Mar 2026 10:00:00 GMT</pubDate><description>&lt;p&gt;The &lt;b&gt;second&lt;/b&gt;&lt;/p&gt;</description></item>
<item><title>One</title><link>https://example.org/1</link><guid>1</guid>
<pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate><description>The first</description></item>
</channel></rss>`
