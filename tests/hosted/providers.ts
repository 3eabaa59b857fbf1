import type { Adapter } from '../../src/adapters/adapter.ts'
import { buttondown, ghost } from '../../src/adapters/index.ts'
import { buttondownSubscribers, openButtondown } from './buttondown-server.ts'
import { ghostMembers, openGhost } from './ghost-server.ts'
import type { ProviderServer } from './provider-server.ts'

/** A provider of the suite, with what any of them can be asked and made to do. */
export interface HostedProvider {
  readonly name: 'ghost' | 'buttondown'
  readonly server: ProviderServer
  readonly adapter: Adapter
  /** The line of the config that chooses it. */
  readonly line: string
  readonly secret: { readonly name: string; readonly value: string }
  /** How the requests look that put a draft down and that send it. */
  readonly adds: { readonly method: string; readonly path: string }
  readonly sends: { readonly method: string; readonly path: string }
  /** The provider's own count: who got each email that went out. */
  sent(): (readonly string[])[]
  /** Subjects of what went out. */
  subjects(): string[]
  /** Subjects of what lies there and was not sent. */
  drafts(): string[]
  /** Readers who are there from the first day, or who come now. */
  readers(count: number): void
  newcomer(email: string, joined: string): void
  leaves(email: string): void
  /** Somebody writes another text into the newest draft, on the provider's own pages. */
  scribble(): void
  restore(): void
  /** Saves the newest draft as it is. */
  touch(): void
  /** Forgets everything. */
  reset(): void
}

export async function hostedGhost(now: () => number): Promise<HostedProvider> {
  const server = await openGhost(now)
  let before = ''
  return {
    name: 'ghost',
    server,
    adapter: ghost({ url: server.url }),
    line: `ghost({ url: '${server.url}' })`,
    secret: { name: 'ghost-key', value: server.key },
    adds: { method: 'POST', path: '/posts/' },
    sends: { method: 'PUT', path: '/posts/' },
    sent: () => server.sends.map(({ to }) => to),
    subjects: () => server.posts.filter(({ email }) => email !== null).map(({ title }) => title),
    drafts: () => server.posts.filter(({ status }) => status === 'draft').map(({ title }) => title),
    readers: (count) => void server.members.push(...ghostMembers(count)),
    newcomer: (email, joined) =>
      void server.members.push({
        email,
        joined,
        newsletters: ['default-newsletter'],
        email_disabled: 0,
        status: 'free',
      }),
    leaves(email) {
      for (const member of server.members) if (member.email === email) member.newsletters = []
    },
    scribble() {
      const post = server.posts.at(-1)
      before = post?.html ?? ''
      server.edit(post?.id ?? '', { html: '<p>Something else</p>' })
    },
    restore: () => server.edit(server.posts.at(-1)?.id ?? '', { html: before }),
    touch: () => server.edit(server.posts.at(-1)?.id ?? '', {}),
    reset: () => server.reset(),
  }
}

export async function hostedButtondown(now: () => number): Promise<HostedProvider> {
  const server = await openButtondown(now)
  let before = ''
  return {
    name: 'buttondown',
    server,
    adapter: buttondown({ url: `${server.url}/v1` }),
    line: `buttondown({ url: '${server.url}/v1' })`,
    secret: { name: 'buttondown-key', value: server.key },
    adds: { method: 'POST', path: '/emails' },
    sends: { method: 'PATCH', path: '/emails' },
    sent: () => server.sends.map(({ to }) => to),
    subjects: () => server.emails.filter(({ status }) => status === 'in_flight').map(({ subject }) => subject),
    drafts: () => server.emails.filter(({ status }) => status === 'draft').map(({ subject }) => subject),
    readers: (count) => void server.subscribers.push(...buttondownSubscribers(count)),
    newcomer: (email) => void server.subscribers.push({ email, type: 'regular', tags: [] }),
    leaves(email) {
      for (const one of server.subscribers) if (one.email === email) one.type = 'unsubscribed'
      // Buttondown keeps the count of each email itself.
      for (const { email: id, to } of server.sends)
        server.counts.set(id, { recipients: to.length, deliveries: to.length, unsubscriptions: 1 })
    },
    scribble() {
      const email = server.emails.at(-1)
      before = email?.body ?? ''
      server.edit(email?.id ?? '', { body: 'Something else' })
    },
    restore: () => server.edit(server.emails.at(-1)?.id ?? '', { body: before }),
    touch: () => server.edit(server.emails.at(-1)?.id ?? '', {}),
    reset: () => server.reset(),
  }
}

export const hostedProviders = [
  { name: 'ghost', open: hostedGhost },
  { name: 'buttondown', open: hostedButtondown },
] as const
