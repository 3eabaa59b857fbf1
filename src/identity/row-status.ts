import type { MemberStatus } from './membership.ts'
import { plainWord, shown } from './text.ts'

/** What the columns of a file say about a membership. */
export type RowStatus = { readonly status: MemberStatus } | { readonly why: string }

/** Whether a column says who is a member and who left. It is then no fact. */
export function isStatusColumn(head: string): boolean {
  const word = plainWord(head)
  return statusHeads.has(word) || answerHeads.has(word) || leftHeads.has(word)
}

/**
 * What the cells of the status columns say together: the file has no say where all are empty, so that such a row joins. One that says
 * they left outweighs the others, and a word that is not known is never taken for a yes.
 */
export function rowStatus(columns: readonly { readonly head: string; readonly cell: string }[]): RowStatus {
  const said = columns.filter(({ cell }) => cell.trim() !== '').map(({ head, cell }) => oneColumn(head, cell))
  const away = (status: MemberStatus) => said.find((one) => 'status' in one && one.status === status)
  return away('unsubscribed') ?? away('bounced') ?? said.find((one) => 'why' in one) ?? { status: 'active' }
}

function oneColumn(head: string, cell: string): RowStatus {
  const name = plainWord(head)
  const word = plainWord(cell)
  if (leftHeads.has(name)) return { status: noes.has(word) ? 'active' : (leftHeads.get(name) ?? 'unsubscribed') }
  if (answerHeads.has(name) && yeses.has(word)) return { status: 'active' }
  if (answerHeads.has(name) && noes.has(word)) return { status: 'unsubscribed' }
  const status = words.get(word)
  if (status !== undefined) return { status }
  if (waiting.has(word)) return { why: `the status "${shown(cell)}" says that they have not agreed yet` }
  const place = name === 'state' ? '; if the column holds places, call it "region"' : ''
  return { why: `the status "${shown(cell)}" is none of active, unsubscribed and bounced${place}` }
}

// What the exports of newsletter services write over these columns and into them, by their letters and digits.
const statusHeads = new Set([
  ...['status', 'state', 'subscriptionstatus', 'subscriptionstate', 'subscriberstatus', 'subscriberstate'],
  ...['emailstatus', 'memberstatus', 'contactstatus', 'optinstatus', 'emailmarketingstatus', 'marketingstatus'],
])
const answerHeads = new Set(['subscribed', 'issubscribed', 'active', 'isactive'])
// Filled in, often with a time, for those who left.
const leftHeads = new Map<string, MemberStatus>([
  ...['unsubscribed', 'unsubscribedat', 'unsubscribedate', 'unsubscribeddate', 'unsubtime', 'optedout', 'optout'].map(
    (head) => [head, 'unsubscribed'] as const,
  ),
  ...['bounced', 'bouncedat', 'cleaned', 'cleantime'].map((head) => [head, 'bounced'] as const),
])
const words = new Map<string, MemberStatus>([
  ...['active', 'subscribed', 'confirmed', 'optedin', 'optin', 'joined', 'aktiv', 'angemeldet'].map(
    (word) => [word, 'active'] as const,
  ),
  ...[
    'unsubscribed',
    'unsubscribe',
    'optedout',
    'optout',
    'cancelled',
    'canceled',
    'left',
    'removed',
    'complained',
  ].map((word) => [word, 'unsubscribed'] as const),
  ...['spam', 'suppressed', 'blocked', 'blacklisted', 'abgemeldet'].map((word) => [word, 'unsubscribed'] as const),
  ...['bounced', 'bounce', 'hardbounce', 'hardbounced', 'cleaned', 'invalid', 'undeliverable'].map(
    (word) => [word, 'bounced'] as const,
  ),
])
const waiting = new Set(['pending', 'unconfirmed', 'notconfirmed', 'waiting', 'invited'])
const yeses = new Set(['yes', 'true', '1', 'y', 'ja'])
const noes = new Set(['no', 'false', '0', 'n', 'nein', 'never', 'null'])
