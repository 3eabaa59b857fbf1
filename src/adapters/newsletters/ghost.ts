import { refuse } from '../../values/fault.ts'
import { minutes } from '../../values/time.ts'
import { type Adapter, adapter, type Call, type Connect, type Provider } from '../adapter.ts'
import type { JsonApi } from '../json-api.ts'
import { type Campaign, type Delivery, newsletters } from '../ports/newsletters.ts'
import {
  addPost,
  countMembers,
  deletePost,
  differences,
  findPost,
  type Post,
  publishPost,
  readNewsletter,
  readPost,
  segmentUntil,
} from './ghost-posts.ts'
import { adminToken, readAdminKey } from './ghost-token.ts'
import { campaignOf, draftOf, instantOf, markOf, refuseChanged } from './hosted.ts'

export interface GhostOptions {
  /** The address of the site's admin, as in `https://letter.ghost.io`; a folder below the domain is kept. */
  readonly url: string
  /** The newsletter's slug; default `default-newsletter`, which every site has at first. */
  readonly newsletter?: string
  /** Which of its members get it, as a filter of Ghost (`status:free`); default `all`. */
  readonly segment?: string
  /** True: it is sent, and not put on the site. Default false. */
  readonly emailOnly?: boolean
  /** The vault's secret with the Admin API key; default `ghost-key`. */
  readonly secret?: string
}

/**
 * Newsletters through Ghost's Admin API, which keeps the readers. Scheduling puts a draft down there, bound to the issue; sending
 * publishes it, and refuses when it was changed meanwhile. Each leaves an internal tag made of its key, by which it is found
 * again after a call without an answer. Faults: `newsletter.changed`, `adapter.conflict`, and those of any provider.
 */
export function ghost(options: GhostOptions): Adapter {
  const to = { newsletter: options.newsletter ?? 'default-newsletter', segment: options.segment ?? 'all' }
  const secret = options.secret ?? 'ghost-key'
  const reach = (api: JsonApi, _input: unknown, call: Call): Promise<number> =>
    countMembers(api, 'newsletters.send', { ...to, segment: segmentUntil(to.segment, call.shownAt) }, call)
  const provider: Provider<JsonApi> = {
    name: 'ghost',
    secrets: [secret],
    timeout: minutes(1),
    connect: (connect) => apiOf(options.url, connect, secret),
    probe: async (api, call) => {
      await readNewsletter(api, 'the probe', to.newsletter, call)
      await countMembers(api, 'the probe', to, call)
      await findPost(api, 'the probe', '#soloist-probe', call)
    },
  }
  return adapter(newsletters, provider, {
    schedule: {
      idempotency: 'find',
      reach,
      do: async (api, input, call) =>
        campaignOf((await addPost(api, await draftOf(input.issue), draftTag(call.key), call)).id, input),
      find: async (api, key, input, call) => {
        const found = await findPost(api, 'newsletters.schedule', draftTag(key), call)
        return found && campaignOf(found.id, input)
      },
      undo: (api, campaign, call) => removeDraft(api, campaign, call),
    },
    send: {
      idempotency: 'find',
      reach,
      do: (api, { campaign }, call) => send(api, campaign, { ...to, emailOnly: options.emailOnly ?? false }, call),
      find: async (api, key, { campaign }, call) => {
        const found = await readPost(api, 'newsletters.send', campaign.id, call)
        return found && isSent(found, key) ? deliveryOf(found, campaign, call) : undefined
      },
    },
    results: { idempotency: 'none', do: (api, { delivery }, call) => results(api, delivery, to, call) },
  })
}

const draftTag = (key: string): string => `#soloist-draft-${markOf(key)}`
const sentTag = (key: string): string => `#soloist-sent-${markOf(key)}`

function apiOf(url: string, connect: Connect, secret: string): JsonApi {
  return {
    adapter: 'ghost',
    // Source: docs.ghost.org/admin-api, "Base URL" and "Accept-Version header": the lowest version that knows newsletters like these.
    base: new URL('ghost/api/admin/', url.endsWith('/') ? url : `${url}/`),
    fetch: connect.fetch,
    headers: () => ({
      'accept-version': 'v5.0',
      // Read each time: a key that was mended is in force with the next request.
      authorization: `Ghost ${adminToken(readAdminKey(connect.secret(secret)), connect.clock.now())}`,
    }),
    reasonIn,
  }
}

/** Source: docs.ghost.org/content-api/errors: `{ errors: [{ message, context }] }`. */
function reasonIn(body: unknown): string | undefined {
  const errors = (body as { readonly errors?: unknown } | null)?.errors
  const first = Array.isArray(errors) ? (errors[0] as { message?: unknown; context?: unknown } | undefined) : undefined
  const said = [first?.message, first?.context].filter((part) => typeof part === 'string')
  return said.length > 0 ? said.join(' ') : undefined
}

/** A post that went out is no draft any more, and stays. */
async function removeDraft(api: JsonApi, campaign: Campaign, call: Call): Promise<void> {
  const found = await readPost(api, 'newsletters.schedule', campaign.id, call)
  if (found?.status === 'draft' || found?.status === 'scheduled') await deletePost(api, campaign.id, call)
}

async function send(
  api: JsonApi,
  campaign: Campaign,
  how: { readonly newsletter: string; readonly segment: string; readonly emailOnly: boolean },
  call: Call,
): Promise<Delivery> {
  const found = await readPost(api, 'newsletters.send', campaign.id, call)
  // An earlier call under this key, of which only the answer was lost.
  if (found && isSent(found, call.key)) return deliveryOf(found, campaign, call)
  refuseChanged('ghost', campaign, found ? differences(found, await draftOf(campaign.issue)) : ['it is not there'])
  const segment = segmentUntil(how.segment, call.shownAt)
  const sent = found && (await publishPost(api, found, { ...how, segment, tag: sentTag(call.key) }, call))
  if (!sent) return gone(campaign)
  return deliveryOf(sent, campaign, call)
}

function gone(campaign: Campaign): never {
  refuse('newsletter.changed', { adapter: 'ghost', campaign: campaign.id, why: 'it is not there' })
}

/** True of a post that was published under this key: the tag came in the same update. */
function isSent(found: Post, key: string): boolean {
  return found.status !== 'draft' && found.tags.some(({ name }) => name === sentTag(key))
}

function deliveryOf(found: Post, campaign: Campaign, call: Call): Delivery {
  const { id, audience } = campaign
  const at = instantOf(found.published_at, call.now)
  const delivered = found.email?.email_count ?? 0
  return { campaign: id, audience, at, delivered, bounced: 0, unsubscribed: 0, unknown: 0 }
}

/**
 * Ghost says how many got it and how many bounced; of those who left it keeps no count for an email. It is made of the members
 * who were there when it went out and can no longer be reached by this newsletter.
 */
async function results(
  api: JsonApi,
  delivery: Delivery,
  to: { readonly newsletter: string; readonly segment: string },
  call: Call,
): Promise<Delivery> {
  const found = await readPost(api, 'newsletters.results', delivery.campaign, call)
  if (!found?.email) return delivery
  const { email_count, delivered_count, failed_count, status, error } = found.email
  if (status === 'failed')
    refuse('adapter.refused', {
      adapter: 'ghost',
      action: 'newsletters.results',
      why: `its email failed: ${error ?? ''}`,
    })
  const all = email_count ?? delivery.delivered
  const bounced = Math.min(failed_count ?? 0, all)
  // Without Mailgun's events Ghost counts no deliveries at all.
  const delivered = delivered_count ? delivered_count : all - bounced
  const segment = segmentUntil(to.segment, delivery.at)
  const still = await countMembers(api, 'newsletters.results', { ...to, segment }, call)
  return { ...delivery, delivered, bounced, unsubscribed: Math.max(0, all - bounced - still) }
}
