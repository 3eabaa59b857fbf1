import { createHmac } from 'node:crypto'
import { systemClock } from '../../src/store/clock.ts'
import { type Asked, openProvider, type ProviderServer, type Said } from './provider-server.ts'

export interface GhostMember {
  readonly email: string
  readonly joined: string
  newsletters: string[]
  email_disabled: 0 | 1
  readonly status: 'free' | 'paid'
}

export interface GhostPost {
  id: string
  title: string
  html: string
  status: string
  updated_at: string
  created_at: string
  published_at: string | null
  email_subject: string | null
  feature_image: string | null
  visibility: string
  email_only: boolean
  tags: { id: string; name: string; slug: string }[]
  email: { status: string; email_count: number; delivered_count: number; failed_count: number; error: null } | null
}

/** A Ghost of the suite: what its Admin API says of posts, newsletters and members, with the site's memory behind it. */
export interface GhostServer extends ProviderServer {
  readonly key: string
  readonly posts: GhostPost[]
  readonly members: GhostMember[]
  readonly newsletters: { slug: string; status: string; visibility: string }[]
  /** Each email that went out: the post and the addresses. The server's own count. */
  readonly sends: { readonly post: string; readonly to: readonly string[] }[]
  /** Somebody writes in the post on the site itself. */
  edit(id: string, change: Partial<GhostPost>): void
  reset(): void
}

/** The id that the site's n-th post gets. */
export const ghostId = (nth: number): string => nth.toString(16).padStart(24, '0')

export async function openGhost(now: () => number = systemClock().now): Promise<GhostServer> {
  const site = new Site(now)
  const server = await openProvider((asked) => site.answer(asked))
  return Object.assign(server, {
    key: `${site.keyId}:${site.secret}`,
    posts: site.posts,
    members: site.members,
    newsletters: site.newsletters,
    sends: site.sends,
    edit: (id: string, change: Partial<GhostPost>) => site.edit(id, change),
    reset: () => site.reset(),
  })
}

class Site {
  readonly keyId = 'a'.repeat(24)
  readonly secret = '0f'.repeat(32)
  readonly posts: GhostPost[] = []
  readonly members: GhostMember[] = []
  readonly newsletters = [{ slug: 'default-newsletter', status: 'active', visibility: 'members' }]
  readonly sends: { post: string; to: readonly string[] }[] = []
  readonly #now: () => number
  #written = 0

  constructor(now: () => number) {
    this.#now = now
  }

  reset(): void {
    for (const list of [this.posts, this.members, this.sends]) list.length = 0
    this.newsletters.splice(0, 9, { slug: 'default-newsletter', status: 'active', visibility: 'members' })
  }

  answer(asked: Asked): Said {
    const denied = this.#denied(asked)
    if (denied) return denied
    const [, resource, id] = /^\/ghost\/api\/admin\/(\w+)\/(?:([\w-]+)\/)?$/.exec(asked.path) ?? []
    if (resource === 'newsletters') return { status: 200, body: { newsletters: this.#newsletters(asked) } }
    if (resource === 'members') return this.#count(asked)
    if (resource !== 'posts') return error(404, 'NotFoundError', 'Resource not found.')
    if (id === undefined) return asked.method === 'POST' ? this.#add(asked) : this.#browse(asked)
    const post = this.posts.find((one) => one.id === id)
    if (!post) return error(404, 'NotFoundError', 'Resource not found error, cannot read post.')
    if (asked.method === 'PUT') return this.#put(post, asked)
    if (asked.method !== 'DELETE') return { status: 200, body: { posts: [post] } }
    this.posts.splice(this.posts.indexOf(post), 1)
    return { status: 204 }
  }

  edit(id: string, change: Partial<GhostPost>): void {
    const post = this.posts.find((one) => one.id === id)
    if (!post) throw new TypeError(`there is no post ${id}`)
    Object.assign(post, change, { updated_at: this.#tick() })
  }

  /** Ghost writes whole seconds; two writes never look the same here. */
  #tick(): string {
    this.#written = Math.max(Math.floor(this.#now() / 1000), this.#written + 1)
    return new Date(this.#written * 1000).toISOString()
  }

  #denied({ headers }: Asked): Said | undefined {
    if (headers['accept-version'] === undefined) return error(400, 'BadRequestError', 'No version asked for.')
    const [scheme, token = ''] = (headers.authorization ?? '').split(' ')
    const [head = '', claims = '', signature = ''] = token.split('.')
    const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString() || '{}')
    const signed = createHmac('sha256', Buffer.from(this.secret, 'hex')).update(`${head}.${claims}`).digest('base64url')
    if (scheme !== 'Ghost' || read(head).kid !== this.keyId)
      return error(401, 'UnauthorizedError', 'Unknown Admin API Key')
    const { iat, exp, aud } = read(claims)
    const fresh = exp - iat <= 300 && Math.abs(iat - this.#now() / 1000) < 300
    if (read(head).alg !== 'HS256' || signed !== signature || aud !== '/admin/' || !fresh)
      return error(401, 'UnauthorizedError', 'Invalid token')
    return undefined
  }

  #newsletters({ query }: Asked) {
    const slug = /^slug:'(.*)'$/.exec(query.get('filter') ?? '')?.[1]
    return this.newsletters.filter((one) => one.slug === slug)
  }

  #count({ query }: Asked): Said {
    const total = this.#membersBy(query.get('filter') ?? '')?.length
    if (total === undefined) return error(400, 'BadRequestError', 'Error parsing filter')
    return { status: 200, body: { members: [], meta: { pagination: { page: 1, limit: 1, pages: total, total } } } }
  }

  /** The part of NQL that a newsletter needs; `undefined` for what it does not know. */
  #membersBy(filter: string): GhostMember[] | undefined {
    let found = this.members
    for (const term of filter.replace(/[()]/g, '').split('+')) {
      const [, field, operator = '', value] = /^([\w.]+):(<=|-)?'?([^']*)'?$/.exec(term) ?? []
      if (field === 'newsletters.slug') found = found.filter((member) => member.newsletters.includes(value ?? ''))
      else if (field === 'email_disabled') found = found.filter((member) => member.email_disabled === Number(value))
      else if (field === 'status') found = found.filter((member) => (member.status === value) === (operator !== '-'))
      else if (field === 'created_at' && operator === '<=')
        found = found.filter((member) => Date.parse(member.joined) <= Date.parse(`${value?.replace(' ', 'T')}Z`))
      else return undefined
    }
    return found
  }

  #browse({ query }: Asked): Said {
    const slug = /^tag:(.*)$/.exec(query.get('filter') ?? '')?.[1]
    const found = this.posts.filter((post) => post.tags.some((tag) => tag.slug === slug))
    const limit = Number(query.get('limit') ?? 15)
    return { status: 200, body: { posts: found.slice(0, limit), meta: { pagination: { total: found.length } } } }
  }

  #add({ body, query }: Asked): Said {
    const [given] = (body as { posts: Partial<GhostPost>[] }).posts
    if (!given?.title) return error(422, 'ValidationError', 'Validation error, cannot save post.')
    if (query.get('source') !== 'html') return error(422, 'ValidationError', 'No lexical given.')
    const at = this.#tick()
    const post: GhostPost = {
      id: ghostId(this.posts.length + 1),
      title: given.title,
      html: `\n${given.html ?? ''}\n`,
      status: given.status ?? 'draft',
      updated_at: at,
      created_at: at,
      published_at: null,
      email_subject: null,
      feature_image: null,
      visibility: 'public',
      email_only: false,
      tags: (given.tags ?? []).map(tagged),
      email: null,
    }
    this.posts.push(post)
    return { status: 201, body: { posts: [post] } }
  }

  #put(post: GhostPost, { body, query }: Asked): Said {
    const [given] = (body as { posts: Partial<GhostPost>[] }).posts
    if (given?.updated_at !== post.updated_at)
      return error(409, 'UpdateCollisionError', 'Saving failed! Someone else is editing this post.', 'UPDATE_COLLISION')
    const slug = query.get('newsletter')
    const publishes = given.status === 'published' && post.status === 'draft'
    if (publishes && slug !== null && !this.newsletters.some((one) => one.slug === slug && one.status === 'active'))
      return error(400, 'ValidationError', 'Validation error, cannot send to an inactive newsletter.')
    const segment = query.get('email_segment') ?? 'all'
    const to = this.#membersBy(
      [`newsletters.slug:'${slug}'`, 'email_disabled:0', ...(segment === 'all' ? [] : [segment])].join('+'),
    )
    if (!to) return error(400, 'ValidationError', 'Validation error for email_segment.')
    const tags = given.tags?.map((tag) => post.tags.find(({ id }) => id === tag.id) ?? tagged(tag)) ?? post.tags
    const at = this.#tick()
    Object.assign(post, given, { tags, updated_at: at })
    if (!publishes) return { status: 200, body: { posts: [post] } }
    post.published_at = at
    post.status = given.email_only ? 'sent' : 'published'
    if (slug !== null) {
      this.sends.push({ post: post.id, to: to.map(({ email }) => email) })
      post.email = { status: 'submitted', email_count: to.length, delivered_count: 0, failed_count: 0, error: null }
    }
    return { status: 200, body: { posts: [post] } }
  }
}

let tagCount = 0
function tagged({ name = '' }: { name?: string }) {
  tagCount += 1
  return { id: `tag${tagCount}`, name, slug: name.replace(/^#/, 'hash-').toLowerCase() }
}

function error(status: number, type: string, message: string, code: string | null = null): Said {
  return { status, body: { errors: [{ message, context: null, type, details: null, code, id: 'e' }] } }
}

/** Members of the site, all there long before the suite's time. */
export function ghostMembers(count: number): GhostMember[] {
  return Array.from({ length: count }, (_, index) => ({
    email: `reader${index}@example.org`,
    joined: '2026-01-01T00:00:00.000Z',
    newsletters: ['default-newsletter'],
    email_disabled: 0,
    status: 'free',
  }))
}
