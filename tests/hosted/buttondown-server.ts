import { systemClock } from '../../src/store/clock.ts'
import { type Asked, openProvider, type ProviderServer, type Said } from './provider-server.ts'

export interface Subscriber {
  readonly email: string
  type: string
  readonly tags: readonly string[]
}

export interface ButtondownEmail {
  id: string
  subject: string
  body: string
  status: string
  creation_date: string
  publish_date: string | null
  email_type: string
  metadata: Record<string, unknown>
  filters: { filters: { field: string; operator: string; value: string }[]; groups: unknown[]; predicate: string }
}

/** A Buttondown of the suite: what its API says of emails and subscribers, with its memory behind it. */
export interface ButtondownServer extends ProviderServer {
  readonly key: string
  readonly emails: ButtondownEmail[]
  readonly subscribers: Subscriber[]
  /** Each email that went out and the addresses that got it. The server's own count. */
  readonly sends: { readonly email: string; readonly to: readonly string[] }[]
  readonly counts: Map<string, object>
  edit(id: string, change: Partial<ButtondownEmail>): void
  reset(): void
}

/** The id of the n-th email. */
export const buttondownId = (nth: number): string => `00000000-0000-4000-8000-${String(nth).padStart(12, '0')}`

export async function openButtondown(now: () => number = systemClock().now): Promise<ButtondownServer> {
  const house = new House(now)
  const server = await openProvider((asked) => house.answer(asked))
  return Object.assign(server, {
    key: house.key,
    emails: house.emails,
    subscribers: house.subscribers,
    sends: house.sends,
    counts: house.counts,
    edit: (id: string, change: Partial<ButtondownEmail>) => house.edit(id, change),
    reset: () => house.reset(),
  })
}

// A page of the real one has 100; a small one makes every look-up walk.
const pageSize = 2
const receiving = new Set(['regular', 'premium', 'churning', 'past_due', 'gifted', 'trialed', 'unpaid', 'churned'])

class House {
  readonly key = '401f7ac837da42b97f613d789819ff93537bee6a'
  readonly emails: ButtondownEmail[] = []
  readonly subscribers: Subscriber[] = []
  readonly sends: { email: string; to: readonly string[] }[] = []
  readonly counts = new Map<string, object>()
  readonly #now: () => number
  #made = 0

  constructor(now: () => number) {
    this.#now = now
  }

  reset(): void {
    for (const list of [this.emails, this.subscribers, this.sends]) list.length = 0
    this.#made = 0
  }

  edit(id: string, change: Partial<ButtondownEmail>): void {
    const email = this.emails.find((one) => one.id === id)
    if (!email) throw new TypeError(`there is no email ${id}`)
    Object.assign(email, change)
  }

  answer(asked: Asked): Said {
    if (asked.headers.authorization !== `Token ${this.key}`) return error(401, 'unauthorized', 'Invalid token.')
    if (!/^\d{4}-\d\d-\d\d$/.test(String(asked.headers['x-api-version']))) return error(400, 'version', 'No version.')
    const [, resource, id, more] = /^\/v1\/(\w+)(?:\/([\w-]+))?(?:\/(\w+))?$/.exec(asked.path) ?? []
    if (resource === 'subscribers') return this.#count(asked)
    if (resource !== 'emails') return error(404, 'not_found', 'Not found.')
    if (id === undefined) return asked.method === 'POST' ? this.#add(asked) : this.#list(asked)
    const email = this.emails.find((one) => one.id === id)
    if (!email) return error(404, 'not_found', 'Not found.')
    if (more === 'analytics') return { status: 200, body: this.counts.get(id) ?? {} }
    if (asked.method === 'PATCH') return this.#patch(email, asked.body as Partial<ButtondownEmail>)
    if (asked.method !== 'DELETE') return { status: 200, body: email }
    this.emails.splice(this.emails.indexOf(email), 1)
    return { status: 204 }
  }

  #count({ query }: Asked): Said {
    const types = query.getAll('type')
    const tag = query.get('tag')
    const found = this.subscribers.filter(
      (one) => (types.length === 0 || types.includes(one.type)) && (tag === null || one.tags.includes(tag)),
    )
    return { status: 200, body: { results: [], count: found.length, next: null, previous: null } }
  }

  #list({ query }: Asked): Said {
    const number = Number(query.get('page') ?? 1)
    const ordered = query.get('ordering') === '-creation_date' ? this.emails.toReversed() : this.emails
    const results = ordered.slice((number - 1) * pageSize, number * pageSize)
    const next = ordered.length > number * pageSize ? `/v1/emails?page=${number + 1}` : null
    return { status: 200, body: { results, next, previous: null, count: ordered.length } }
  }

  #add({ body }: Asked): Said {
    const given = body as Partial<ButtondownEmail>
    if (!given.subject) return error(400, 'subject_invalid', 'A subject is required.')
    this.#made += 1
    const email: ButtondownEmail = {
      id: buttondownId(this.#made),
      subject: given.subject,
      body: given.body ?? '',
      status: given.status ?? 'about_to_send',
      creation_date: new Date(this.#now()).toISOString(),
      publish_date: null,
      email_type: given.email_type ?? 'public',
      metadata: given.metadata ?? {},
      filters: given.filters ?? { filters: [], groups: [], predicate: 'and' },
    }
    this.emails.push(email)
    if (email.status === 'about_to_send') this.#send(email)
    return { status: 201, body: email }
  }

  #patch(email: ButtondownEmail, given: Partial<ButtondownEmail>): Said {
    if (given.status === 'about_to_send' && !['draft', 'scheduled'].includes(email.status))
      return error(400, 'status_invalid', `An email that is ${email.status} cannot be sent.`)
    Object.assign(email, given)
    if (given.status === 'about_to_send') this.#send(email)
    return { status: 200, body: email }
  }

  #send(email: ButtondownEmail): void {
    const tag = email.filters.filters[0]?.value
    const to = this.subscribers.filter(
      ({ type, tags }) => receiving.has(type) && (tag === undefined || tags.includes(tag)),
    )
    this.sends.push({ email: email.id, to: to.map((one) => one.email) })
    email.publish_date = new Date(this.#now()).toISOString()
    email.status = 'in_flight'
  }
}

function error(status: number, code: string, detail: string): Said {
  return { status, body: { code, detail, metadata: {} } }
}

export function buttondownSubscribers(count: number): Subscriber[] {
  return Array.from({ length: count }, (_, index) => ({
    email: `reader${index}@example.org`,
    type: 'regular',
    tags: [],
  }))
}
