import { contentHash } from '../../values/json.ts'
import type { Call } from '../adapter.ts'
import { safeKey } from '../key.ts'
import type { Mail } from '../ports/mail.ts'

/** A sender as it stands in the config: `ana@example.org` or `Ana Lima <ana@example.org>`. */
export type Sender = string

/** A mail ready to be handed over. `envelope` is for SMTP; `bytes` is the message (RFC 5322) with CRLF line ends. */
export interface Composed {
  readonly messageId: string
  readonly envelope: { readonly from: string; readonly to: string }
  readonly bytes: Buffer
}

/** In every message: the hash of what it was made from, so that the same key with other content is noticed. */
export const contentHeader = 'X-Content-Hash'

/** The hash that stands in `contentHeader`. */
export const mailHash = (mail: Mail): string => contentHash(mail)

/**
 * The message of a mail. The same mail under the same key gives the same Message-ID and parts; only Date is that of the call.
 * Control characters in a header become spaces: nothing can begin a header of its own.
 */
export async function compose(mail: Mail, sender: Sender, call: Call): Promise<Composed> {
  const from = oneLine(mail.from ?? sender)
  const fromAddress = addressIn(from)
  const messageId = messageIdOf(call.key, from)
  // Loaded by who sends a mail.
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer')
  const composer = new MailComposer({
    from,
    to: { name: oneLine(mail.toName ?? ''), address: bareAddress(mail.to) },
    ...(mail.replyTo === undefined ? {} : { replyTo: bareAddress(mail.replyTo) }),
    subject: oneLine(mail.subject),
    text: mail.text,
    ...(mail.html === undefined ? {} : { html: mail.html }),
    messageId,
    date: new Date(call.now),
    headers: { [contentHeader]: mailHash(mail), ...leaveHeaders(mail.listUnsubscribe) },
    baseBoundary: safeKey(call.key),
    newline: 'win',
    // The text comes from models and feeds: it must never make us read a file or call an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const bytes = await composer.compile().build()
  return { messageId, envelope: { from: fromAddress, to: bareAddress(mail.to) }, bytes }
}

/** The Message-ID of an effect: made of its key, so that it is found in the server's log. */
export function messageIdOf(key: string, sender: Sender): string {
  return `<${safeKey(key)}@${addressIn(sender).split('@').at(-1)}>`
}

/** The bare address of a sender. A sender without one is a mistake in the config. */
export function addressIn(sender: Sender): string {
  const inner = /<([^<>]*)>\s*$/.exec(sender)?.[1] ?? sender
  if (!/^[^\s@<>]+@[^\s@<>]+$/.test(inner.trim())) throw new TypeError(`not a sender with an email address: ${sender}`)
  return inner.trim()
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()
}

// The port's schema refuses such an address long before; whoever comes here with one has not parsed the input.
function bareAddress(address: string): string {
  if (/[\s<>,;\p{Cc}]/u.test(address)) throw new TypeError('an address with white space or a separator')
  return address
}

function leaveHeaders(leave: Mail['listUnsubscribe']): Record<string, string> {
  const url = leave?.url ? `<${new URL(leave.url).href}>` : undefined
  const mailto = leave?.mailto
    ? `<mailto:${oneLine(leave.mailto)
        .replace(/^mailto:/i, '')
        .replace(/[<>\s,]/g, '')}>`
    : undefined
  const ways = [url, mailto].filter((way) => way !== undefined)
  if (ways.length === 0) return {}
  return {
    'List-Unsubscribe': ways.join(', '),
    ...(url === undefined ? {} : { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }),
  }
}
