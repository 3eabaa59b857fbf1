import { z } from 'zod'
import { refuse } from '../../values/fault.ts'
import type { Json } from '../../values/json.ts'
import type { Schema } from '../../values/schema.ts'
import type { Call } from '../adapter.ts'
import { type ApiRequest, askApi, type JsonApi } from '../json-api.ts'
import type { Draft } from './hosted.ts'

// Source of all that is read and sent here: docs.buttondown.com (its OpenAPI document, github.com/buttondown/docs, public/openapi.json),
// pages api-emails-*, api-subscribers-list, api-pagination. Of each object only what is used.

const email = z.object({
  id: z.string().min(1),
  subject: z.string(),
  body: z.string(),
  status: z.string(),
  creation_date: z.string(),
  publish_date: z.string().nullish(),
  email_type: z.string().optional(),
  // Values may be nested since 2025; those of others are not looked into.
  metadata: z.record(z.string(), z.unknown()).default({}),
  filters: z.unknown(),
})
export type Email = z.infer<typeof email>

const page = z.object({ results: z.array(email), next: z.string().nullish(), count: z.int().min(0) })
const counted = z.object({ count: z.int().min(0) })
const count = z.int().min(0).default(0)
const analytics = z.object({ recipients: count, deliveries: count, permanent_failures: count, unsubscriptions: count })
const nothing = z.unknown() as Schema<unknown>
const one = email as unknown as Schema<Email>

const pathOf = (id: string, more = ''): string => `emails/${encodeURIComponent(id)}${more}`

export function readEmail(api: JsonApi, action: string, id: string, call: Call): Promise<Email | undefined> {
  return askApi(api, { action, method: 'GET', path: pathOf(id), answer: one }, call)
}

// Emails cannot be asked for by metadata (docs.buttondown.com/api-filtering: subscribers only): the newest ones are looked through. A
// page has 100 of them; whoever has more than this gets a fault, never a wrong "it is not there".
const mostPages = 100

/** The email whose metadata has this value, the newest first. */
export async function findEmail(
  api: JsonApi,
  action: string,
  [name, value]: readonly [string, string],
  call: Call,
): Promise<Email | undefined> {
  for (let number = 1; number <= mostPages; number += 1) {
    const query = { ordering: '-creation_date', page: String(number) }
    const answer = page as unknown as Schema<z.infer<typeof page>>
    const listed = await there(api, { action, method: 'GET', path: 'emails', query, answer }, call)
    const found = listed.results.find(({ metadata }) => metadata[name] === value)
    if (found || !listed.next) return found
  }
  return refuse('adapter.refused', {
    adapter: api.adapter,
    action,
    why: `it has more than ${mostPages} pages of emails`,
  })
}

/** Puts a draft down. The status is always said: an email without one goes out at once. */
export function addEmail(
  api: JsonApi,
  draft: Draft,
  metadata: Readonly<Record<string, string>>,
  filters: Json | undefined,
  call: Call,
): Promise<Email> {
  const body = {
    subject: draft.subject,
    body: bodyOf(draft),
    status: 'draft',
    email_type: 'public',
    metadata,
    ...(filters === undefined ? {} : { filters }),
  }
  return there(api, { action: 'newsletters.schedule', method: 'POST', path: 'emails', body, answer: one }, call)
}

/** Sends a draft. Subject and body go along, so that what goes out is what was approved, whoever writes there meanwhile. */
export function sendEmail(
  api: JsonApi,
  found: Email,
  draft: Draft,
  metadata: Readonly<Record<string, string>>,
  call: Call,
): Promise<Email | undefined> {
  const body = {
    subject: draft.subject,
    body: bodyOf(draft),
    status: 'about_to_send',
    metadata: { ...(found.metadata as Readonly<Record<string, Json>>), ...metadata },
  }
  const request = { action: 'newsletters.send', method: 'PATCH', path: pathOf(found.id), body, answer: one } as const
  return askApi(api, request, call)
}

export async function deleteEmail(api: JsonApi, id: string, call: Call): Promise<void> {
  const request = { action: 'newsletters.schedule', method: 'DELETE', path: pathOf(id), answer: nothing } as const
  await askApi(api, request, call)
}

export function readAnalytics(api: JsonApi, id: string, call: Call): Promise<z.infer<typeof analytics> | undefined> {
  const answer = analytics as unknown as Schema<z.infer<typeof analytics>>
  return askApi(api, { action: 'newsletters.results', method: 'GET', path: pathOf(id, '/analytics'), answer }, call)
}

// SubscriberType: those who get a public email. The others asked for none, left, or cannot be reached.
const reached = ['regular', 'premium', 'churning', 'past_due', 'gifted', 'trialed', 'unpaid', 'churned']

/** How many subscribers a public email reaches, with a tag only those who have it. */
export async function countSubscribers(
  api: JsonApi,
  action: string,
  tag: string | undefined,
  call: Call,
): Promise<number> {
  const query = { type: reached, ...(tag === undefined ? {} : { tag }) }
  return (await there(api, { action, method: 'GET', path: 'subscribers', query, answer: counted }, call)).count
}

/** What of an email is not as it was put down. */
export function differences(found: Email, draft: Draft, filters: Json | undefined): string[] {
  const changed: string[] = []
  if (found.status !== 'draft') changed.push(`it is ${found.status} there`)
  if (found.subject !== draft.subject) changed.push('its subject')
  if (bare(found.body) !== bare(draft.html)) changed.push('its text')
  if ((found.email_type ?? 'public') !== 'public') changed.push('whom it is for')
  if (filters !== undefined && leaves(found.filters) !== leaves(filters)) changed.push('whom it is for')
  if (filters === undefined && leaves(found.filters) !== '') changed.push('whom it is for')
  return [...new Set(changed)]
}

/** The conditions of a filter, in order; Buttondown adds fields of its own to them. */
function leaves(filters: unknown): string {
  const group = filters as { readonly filters?: readonly Filter[]; readonly groups?: readonly unknown[] } | null
  const own = (group?.filters ?? []).map(({ field, operator, value }) => `${field} ${operator} ${value}`)
  return [...own, ...(group?.groups ?? []).map(leaves)].join('\n')
}

interface Filter {
  readonly field: string
  readonly operator: string
  readonly value: string
}

// Said in the text itself, so that Buttondown does not guess: HTML, not Markdown.
const mode = '<!-- buttondown-editor-mode: fancy -->'
const bodyOf = (draft: Draft): string => `${mode}${draft.html}`
const bare = (body: string): string => body.replace(/<!-- buttondown-editor-mode: \w+ -->/g, '').trim()

async function there<T>(api: JsonApi, request: ApiRequest<T>, call: Call): Promise<T> {
  const answered = await askApi(api, request, call)
  if (answered !== undefined) return answered
  const { action } = request
  return refuse('adapter.refused', { adapter: api.adapter, action, why: '404: no Buttondown at this address' })
}
