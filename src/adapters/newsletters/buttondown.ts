import { refuse } from '../../values/fault.ts'
import type { Json } from '../../values/json.ts'
import { minutes } from '../../values/time.ts'
import { type Adapter, adapter, type Call, type Connect, type Provider } from '../adapter.ts'
import type { JsonApi } from '../json-api.ts'
import { type Campaign, type Delivery, newsletters } from '../ports/newsletters.ts'
import {
  addEmail,
  countSubscribers,
  deleteEmail,
  differences,
  type Email,
  findEmail,
  readAnalytics,
  readEmail,
  sendEmail,
} from './buttondown-emails.ts'
import { campaignOf, draftOf, instantOf, markOf, refuseChanged } from './hosted.ts'

export interface ButtondownOptions {
  /** Only subscribers with this tag; all of them when left out. */
  readonly tag?: string
  /** The newsletter's user name, where one key serves several. */
  readonly newsletter?: string
  /** The vault's secret with the API key; default `buttondown-key`. */
  readonly secret?: string
  /** Default `https://api.buttondown.com/v1`. */
  readonly url?: string
}

/**
 * Newsletters through Buttondown's API, which keeps the readers. Scheduling puts a draft down there, bound to the issue; sending
 * sets it off, and refuses when it was changed meanwhile. Each leaves a mark of its key in the email's metadata, by which it is
 * found again after a call without an answer. Faults: `newsletter.changed`, and those of any provider.
 */
export function buttondown(options: ButtondownOptions = {}): Adapter {
  const { tag, secret = 'buttondown-key' } = options
  const reach = (api: JsonApi, _input: unknown, call: Call): Promise<number> =>
    countSubscribers(api, 'newsletters.send', tag, call)
  const provider: Provider<JsonApi> = {
    name: 'buttondown',
    secrets: [secret],
    timeout: minutes(1),
    connect: (connect) => apiOf(options, connect, secret),
    probe: async (api, call) => {
      await countSubscribers(api, 'the probe', tag, call)
      await findEmail(api, 'the probe', [draftMark, 'probe'], call)
    },
  }
  return adapter(newsletters, provider, {
    schedule: {
      idempotency: 'find',
      reach,
      do: async (api, input, call) => {
        const draft = await draftOf(input.issue)
        const made = await addEmail(api, draft, { [draftMark]: markOf(call.key) }, filtersOf(tag), call)
        return campaignOf(made.id, input)
      },
      find: async (api, key, input, call) => {
        const found = await findEmail(api, 'newsletters.schedule', [draftMark, markOf(key)], call)
        return found && campaignOf(found.id, input)
      },
      undo: (api, campaign, call) => removeDraft(api, campaign, call),
    },
    send: {
      idempotency: 'find',
      reach,
      do: (api, { campaign }, call) => send(api, campaign, tag, call),
      find: async (api, key, { campaign }, call) => {
        const found = await readEmail(api, 'newsletters.send', campaign.id, call)
        return found && isSent(found, key) ? deliveryOf(found, campaign, call) : undefined
      },
    },
    results: { idempotency: 'none', do: (api, { delivery }, call) => results(api, delivery, call) },
  })
}

const draftMark = 'soloist_draft'
const sentMark = 'soloist_sent'
const reachMark = 'soloist_reach'

// Source: docs.buttondown.com/api-versioning. From this version on the list of emails has drafts too (api-changelog-2025-06-01).
const version = '2025-06-01'

function apiOf({ url, newsletter }: ButtondownOptions, connect: Connect, secret: string): JsonApi {
  const base = url ?? 'https://api.buttondown.com/v1'
  return {
    adapter: 'buttondown',
    base: new URL(base.endsWith('/') ? base : `${base}/`),
    fetch: connect.fetch,
    // The key is read each time: one that was mended is in force with the next request.
    // Source: docs.buttondown.com/api-authentication, "Simple authentication" and "Platform authentication".
    headers: () => ({
      authorization: `Token ${connect.secret(secret).trim()}`,
      'x-api-version': version,
      ...(newsletter === undefined ? {} : { 'buttondown-context': newsletter }),
    }),
    reasonIn,
  }
}

/** ErrorMessage of the OpenAPI document: `{ code, detail }`. */
function reasonIn(body: unknown): string | undefined {
  const { code, detail } = (body ?? {}) as { readonly code?: unknown; readonly detail?: unknown }
  const said = [code, detail].filter((part) => typeof part === 'string')
  return said.length > 0 ? said.join(': ') : undefined
}

/** Source: docs.buttondown.com/api-emails-filters. */
function filtersOf(tag: string | undefined): Json | undefined {
  if (tag === undefined) return undefined
  return { filters: [{ field: 'subscriber.tags', operator: 'contains', value: tag }], groups: [], predicate: 'and' }
}

/** What went out is no draft any more, and stays. */
async function removeDraft(api: JsonApi, campaign: Campaign, call: Call): Promise<void> {
  const found = await readEmail(api, 'newsletters.schedule', campaign.id, call)
  if (found?.status === 'draft' || found?.status === 'scheduled') await deleteEmail(api, campaign.id, call)
}

async function send(api: JsonApi, campaign: Campaign, tag: string | undefined, call: Call): Promise<Delivery> {
  const found = await readEmail(api, 'newsletters.send', campaign.id, call)
  // An earlier call under this key, of which only the answer was lost.
  if (found && isSent(found, call.key)) return deliveryOf(found, campaign, call)
  const draft = await draftOf(campaign.issue)
  refuseChanged('buttondown', campaign, found ? differences(found, draft, filtersOf(tag)) : ['it is not there'])
  // Buttondown counts its recipients only once it is on its way: what they were is kept with it.
  const count = await countSubscribers(api, 'newsletters.send', tag, call)
  const marks = { [sentMark]: markOf(call.key), [reachMark]: String(count) }
  const sent = found && (await sendEmail(api, found, draft, marks, call))
  if (!sent) return gone(campaign)
  return deliveryOf(sent, campaign, call)
}

function gone(campaign: Campaign): never {
  refuse('newsletter.changed', { adapter: 'buttondown', campaign: campaign.id, why: 'it is not there' })
}

/** True of an email that was set off under this key: the mark came in the same update. */
function isSent(found: Email, key: string): boolean {
  return found.status !== 'draft' && found.metadata[sentMark] === markOf(key)
}

function deliveryOf(found: Email, campaign: Campaign, call: Call): Delivery {
  const { id, audience } = campaign
  const delivered = Number(found.metadata[reachMark] ?? 0)
  const at = instantOf(found.publish_date, call.now)
  return { campaign: id, audience, at, delivered, bounced: 0, unsubscribed: 0, unknown: 0 }
}

async function results(api: JsonApi, delivery: Delivery, call: Call): Promise<Delivery> {
  const counts = await readAnalytics(api, delivery.campaign, call)
  // Without tracking Buttondown counts nothing (docs.buttondown.com/retrieving-analytics-data): what is known stays.
  if (!counts || counts.recipients + counts.deliveries === 0) return delivery
  const { recipients, deliveries, permanent_failures: bounced, unsubscriptions: unsubscribed } = counts
  const delivered = deliveries > 0 ? deliveries : Math.max(0, recipients - bounced)
  return { ...delivery, delivered, bounced, unsubscribed }
}
