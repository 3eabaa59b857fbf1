import type { Adapter, Connect, Performance } from '../adapters/adapter.ts'
import { folder } from '../adapters/documents/folder.ts'
import { feeds as readFeeds } from '../adapters/feeds/feeds.ts'
import { outbox } from '../adapters/mail/outbox.ts'
import { audience } from '../adapters/newsletters/audience.ts'
import { documents } from '../adapters/ports/documents.ts'
import { feeds } from '../adapters/ports/feeds.ts'
import { mail } from '../adapters/ports/mail.ts'
import { newsletters } from '../adapters/ports/newsletters.ts'

/** What a rehearsal does around each call of an adapter: a process that has died calls nobody. */
export interface Around {
  before(): void
  after(): void
}

// These write and read within the company's folder, which is a copy.
const atHome = new Set(['outbox', 'audience', 'folder'])

/**
 * The adapters of a rehearsal: those of the test's choosing in place of the company's for the same port; the outbox, the company's
 * own audience, a folder and feeds in files for the ports that they serve; and the company's own for all others, which reach this
 * machine only when they use the `fetch` that they are given.
 */
export function standIns(
  config: readonly Adapter[],
  chosen: readonly Adapter[],
  around: Around,
  sender: string,
): Adapter[] {
  const ports = new Set(chosen.map((adapter) => adapter.port))
  const kept = config.filter((adapter) => !ports.has(adapter.port)).map((adapter) => standIn(adapter, sender))
  return [...chosen, ...kept].map((adapter) => watched(adapter, around))
}

function standIn(adapter: Adapter, sender: string): Adapter {
  if (atHome.has(adapter.name)) return adapter
  switch (adapter.port as unknown) {
    case mail:
      return outbox({ from: sender })
    case newsletters:
      return audience({ from: sender })
    case documents:
      return folder()
    case feeds:
      // No name has an address here: a feed of the net is one that cannot be read, today and tomorrow.
      return readFeeds({ resolve: async () => [] })
    default:
      return adapter
  }
}

function watched(adapter: Adapter, around: Around): Adapter {
  const { provider, actions } = adapter
  const connect = (given: Connect): unknown => provider.connect({ ...given, fetch: thisMachineOnly(given.fetch) })
  const performances = Object.entries(actions).map(([name, how]) => [name, how && watchedPerformance(how, around)])
  return { ...adapter, provider: { ...provider, connect }, actions: Object.fromEntries(performances) }
}

type AnyPerformance = NonNullable<Adapter['actions'][string]>

function watchedPerformance(how: AnyPerformance, around: Around): AnyPerformance {
  const within =
    <A extends readonly unknown[], R>(act: (...given: A) => Promise<R>) =>
    async (...given: A): Promise<R> => {
      around.before()
      const answer = await act(...given)
      around.after()
      return answer
    }
  const undo = how.undo === undefined ? {} : { undo: within(how.undo) }
  if (how.idempotency === 'parts') return { ...how, ...undo }
  const find = how.idempotency === 'find' ? { find: within(how.find) } : {}
  return { ...how, do: within(how.do), ...find, ...undo } as Performance<unknown, unknown, unknown>
}

const thisMachine = /^(localhost|127(\.\d+){3}|\[::1\])$/

function thisMachineOnly(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    if (!thisMachine.test(url.hostname)) throw new TypeError(`a rehearsal does not reach ${url.host}`)
    return fetch(input, init)
  }
}
