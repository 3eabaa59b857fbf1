import { refuse } from '../../values/fault.ts'
import { contentHash } from '../../values/json.ts'
import { isoInstant, minutes } from '../../values/time.ts'
import { type Adapter, adapter, type Call, type Part, type SpreadCall, type Tally } from '../adapter.ts'
import { refuseWhenStopped } from '../answer.ts'
import { addressIn, type Sender } from '../mail/compose.ts'
import { type Mail, mail } from '../ports/mail.ts'
import { type Campaign, type Delivery, newsletters } from '../ports/newsletters.ts'
import type { Leave } from './letter.ts'

export interface AudienceOptions {
  /** The sender of every letter, and where answers go. */
  readonly from: Sender
  /** The port that carries the letters; default `mail`. */
  readonly via?: typeof mail
}

/**
 * Newsletters to the company's own audience, a mail for each active member, each an effect of its own. Scheduling is only
 * written down in the run, so that undoing it changes nothing outside. Faults: `newsletter.early`, `input.invalid`.
 */
export function audience(options: AudienceOptions): Adapter {
  addressIn(options.from)
  const via = options.via ?? mail
  return adapter(
    newsletters,
    {
      name: 'audience',
      secrets: [],
      timeout: minutes(1),
      connect: () => undefined,
      // Readers and letters are ours; the mail that carries them is looked at by itself.
      probe: async () => undefined,
    },
    {
      schedule: {
        idempotency: 'key',
        do: async (_client, input, call) => {
          refuseWhenStopped('audience', 'newsletters.schedule', call)
          // Rendered once now: what cannot be rendered is refused before anybody approves sending it.
          const { renderIssue } = await letterPress()
          renderIssue(input.issue)
          return { ...input, id: `campaign-${call.key}`, contentHash: contentHash(input.issue) }
        },
        undo: async () => undefined,
      },
      send: {
        idempotency: 'parts',
        parts: (_client, { campaign }, call) => letters(options.from, via, campaign, call),
        join: (_client, { campaign }, tally, call) => delivered(campaign, tally, call),
      },
      results: { idempotency: 'none', do: (_client, { delivery }, call) => results(delivery, call) },
    },
  )
}

/** With the parser of HTML that it brings along, loaded by who makes a letter. */
const letterPress = () => import('./letter.ts')

async function* letters(from: Sender, via: typeof mail, campaign: Campaign, call: SpreadCall): AsyncGenerator<Part> {
  const { issue, audience: to } = campaign
  if (campaign.at !== null && call.now < campaign.at) refuse('newsletter.early', { at: isoInstant(campaign.at) })
  const { addressLetter, renderIssue } = await letterPress()
  const letter = renderIssue(issue)
  for await (const member of call.members(to)) {
    const leave = call.unsubscribe(to, member.identity)
    const input: Mail = {
      to: member.email,
      ...(member.name === '' ? {} : { toName: member.name.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').slice(0, 200) }),
      subject: issue.subject,
      from,
      ...addressLetter(letter, issue, leave),
      ...waysOut(leave),
    }
    const { identity } = member
    yield { key: identity, subject: identity, action: via.send, input, member: { audience: to, identity } }
  }
}

function waysOut(leave: Leave): Pick<Mail, 'listUnsubscribe'> {
  return leave.url === null && leave.mailto === null ? {} : { listUnsubscribe: { ...leave } }
}

function delivered(campaign: Campaign, tally: Tally, call: Call): Delivery {
  const { id, audience: to } = campaign
  const { done, refused, unknown } = tally
  return { campaign: id, audience: to, at: call.now, delivered: done, bounced: refused, unsubscribed: 0, unknown }
}

async function results(delivery: Delivery, call: Call): Promise<Delivery> {
  refuseWhenStopped('audience', 'newsletters.results', call)
  const left = await call.left?.(delivery.audience, delivery.at)
  return { ...delivery, unsubscribed: left ?? delivery.unsubscribed }
}
