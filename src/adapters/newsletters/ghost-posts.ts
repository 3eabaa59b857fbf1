import { z } from 'zod'
import { refuse } from '../../values/fault.ts'
import type { Schema } from '../../values/schema.ts'
import type { Instant } from '../../values/time.ts'
import type { Call } from '../adapter.ts'
import { type ApiRequest, askApi, type JsonApi } from '../json-api.ts'
import type { Draft } from './hosted.ts'

// Of each object only what is used here; others come and go with Ghost's versions.

const email = z.object({
  status: z.string().optional(),
  error: z.string().nullish(),
  email_count: z.int().min(0).nullish(),
  delivered_count: z.int().min(0).nullish(),
  failed_count: z.int().min(0).nullish(),
})

/** Source: docs.ghost.org/admin-api/posts/overview, "The post object"; `email` as in "Sending a post via email". */
const post = z.object({
  id: z.string().min(1),
  title: z.string(),
  html: z.string().nullish(),
  status: z.string(),
  updated_at: z.string(),
  published_at: z.string().nullish(),
  feature_image: z.string().nullish(),
  visibility: z.string().optional(),
  email_subject: z.string().nullish(),
  tags: z.array(z.object({ id: z.string(), name: z.string() })).default([]),
  email: email.nullish(),
})
export type Post = z.infer<typeof post>

const posts = z.object({ posts: z.array(post) }) as unknown as Schema<{ posts: Post[] }>
const nothing = z.unknown() as Schema<unknown>
// Source: docs.ghost.org/admin-api/newsletters/overview.
const newsletters = z.object({
  newsletters: z.array(z.object({ slug: z.string(), status: z.string(), visibility: z.string().optional() })),
})
// Source: docs.ghost.org/admin-api, "JSON format": `meta.pagination` of every list.
const counted = z.object({ meta: z.object({ pagination: z.object({ total: z.int().min(0) }) }) })

const wanted = { formats: 'html', include: 'tags,email,newsletter' }

export async function readPost(api: JsonApi, action: string, id: string, call: Call): Promise<Post | undefined> {
  const path = `posts/${encodeURIComponent(id)}/`
  return (await askApi(api, { action, method: 'GET', path, query: wanted, answer: posts }, call))?.posts[0]
}

/** The oldest post with an internal tag, in whatever state. */
export async function findPost(api: JsonApi, action: string, tag: string, call: Call): Promise<Post | undefined> {
  // Source: docs.ghost.org/publishing, "Internal tags": a tag that begins with # is shown to nobody, and its slug begins with hash-.
  const query = { ...wanted, filter: `tag:${tag.replace('#', 'hash-')}`, order: 'created_at asc', limit: '1' }
  return (await listOf(api, { action, method: 'GET', path: 'posts/', query, answer: posts }, call)).posts[0]
}

/** Puts a draft down. Ghost takes an HTML card as it is; other HTML it would turn into blocks of its own, with losses. */
export async function addPost(api: JsonApi, draft: Draft, tag: string, call: Call): Promise<Post> {
  const body = { posts: [{ title: draft.subject, html: card(draft.html), status: 'draft', tags: [{ name: tag }] }] }
  const query = { ...wanted, source: 'html' }
  const action = 'newsletters.schedule'
  const { posts: made } = await listOf(
    api,
    { action, method: 'POST', path: 'posts/', query, body, answer: posts },
    call,
  )
  return made[0] ?? missing()
}

/**
 * Publishes a draft and sends it. Source: docs.ghost.org/admin-api/posts/sending-a-post: both happen in the one update that names a
 * newsletter; `updated_at` must be that of the last reading, or Ghost refuses it (409, UPDATE_COLLISION).
 */
export async function publishPost(
  api: JsonApi,
  found: Post,
  how: { readonly newsletter: string; readonly segment: string; readonly emailOnly: boolean; readonly tag: string },
  call: Call,
): Promise<Post | undefined> {
  const tags = [...found.tags.map(({ id }) => ({ id })), { name: how.tag }]
  const change = { updated_at: found.updated_at, status: 'published', email_only: how.emailOnly, tags }
  const query = { ...wanted, newsletter: how.newsletter, email_segment: how.segment }
  const path = `posts/${encodeURIComponent(found.id)}/`
  const body = { posts: [change] }
  const action = 'newsletters.send'
  const answered = await askApi(api, { action, method: 'PUT', path, query, body, answer: posts }, call)
  return answered?.posts[0]
}

export async function deletePost(api: JsonApi, id: string, call: Call): Promise<void> {
  const path = `posts/${encodeURIComponent(id)}/`
  await askApi(api, { action: 'newsletters.schedule', method: 'DELETE', path, answer: nothing }, call)
}

/** The newsletter's `visibility`. Faults: `adapter.refused` when it is not there or not active. */
export async function readNewsletter(api: JsonApi, action: string, slug: string, call: Call): Promise<string> {
  const query = { filter: `slug:'${slug}'`, limit: '1' }
  const listed = await listOf(api, { action, method: 'GET', path: 'newsletters/', query, answer: newsletters }, call)
  const found = listed.newsletters.find((one) => one.slug === slug)
  if (!found) refuse('adapter.refused', { adapter: api.adapter, action, why: `it has no newsletter "${slug}"` })
  if (found.status !== 'active')
    refuse('adapter.refused', { adapter: api.adapter, action, why: `its newsletter "${slug}" is ${found.status}` })
  return found.visibility ?? 'members'
}

/**
 * How many members a newsletter's email reaches. The filter is the one by which Ghost chooses them itself: github.com/TryGhost/Ghost,
 * email-service/email-segmenter.js (subscribed, able to get mail, in the segment, paying where the newsletter is for those).
 */
export async function countMembers(
  api: JsonApi,
  action: string,
  to: { readonly newsletter: string; readonly segment: string },
  call: Call,
): Promise<number> {
  const visibility = await readNewsletter(api, action, to.newsletter, call)
  const filter = [`newsletters.slug:'${to.newsletter}'`, 'email_disabled:0']
  if (to.segment !== 'all') filter.push(`(${to.segment})`)
  if (visibility === 'paid') filter.push('status:-free')
  const query = { filter: filter.join('+'), limit: '1' }
  const { meta } = await listOf(api, { action, method: 'GET', path: 'members/', query, answer: counted }, call)
  return meta.pagination.total
}

/** A segment without those who became members later. NQL compares dates as text in UTC: docs.ghost.org/content-api, "Filtering". */
export function segmentUntil(segment: string, until: Instant | undefined): string {
  if (until === undefined) return segment
  const joined = `created_at:<='${new Date(until).toISOString().slice(0, 19).replace('T', ' ')}'`
  return segment === 'all' ? joined : `(${segment})+${joined}`
}

/** What of a post is not as it was put down. */
export function differences(found: Post, draft: Draft): string[] {
  const changed: string[] = []
  if (found.status !== 'draft') changed.push(`it is ${found.status} there`)
  if (found.title !== draft.subject || (found.email_subject ?? '') !== '') changed.push('its subject')
  if (bare(found.html ?? '') !== bare(card(draft.html))) changed.push('its text')
  if ((found.feature_image ?? '') !== '') changed.push('its picture')
  if ((found.visibility ?? 'public') !== 'public') changed.push('who may read it')
  return changed
}

// Source: docs.ghost.org/admin-api/posts/creating-a-post, "Source HTML".
const card = (html: string): string => `<!--kg-card-begin: html-->\n${html}\n<!--kg-card-end: html-->`

/** Without the marks of the card and the white space around them, which is Ghost's to set. */
const bare = (html: string): string => html.replace(/\s*<!--kg-card-(begin|end): html-->\s*/g, '').trim()

async function listOf<T>(api: JsonApi, request: ApiRequest<T>, call: Call): Promise<T> {
  const answered = await askApi(api, request, call)
  if (answered !== undefined) return answered
  return refuse('adapter.refused', {
    adapter: api.adapter,
    action: request.action,
    why: '404: no Ghost at this address',
  })
}

function missing(): never {
  throw new Error('it answered with no post')
}
