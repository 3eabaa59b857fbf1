import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Adapter, Call, Member, SpreadCall } from '../adapters/adapter.ts'
import { systemClock } from '../store/clock.ts'
import { refuse } from '../values/fault.ts'
import { type Instant, instant } from '../values/time.ts'

/** The world in which an adapter is tried. */
export interface AdapterWorld {
  /** Values of the secrets that the adapter declares. */
  readonly secrets?: Readonly<Record<string, string>>
  /** Members of the audience in the samples. */
  readonly members?: readonly Member[]
  /** Puts into the company's folder what the samples need. */
  readonly prepare?: (folder: string) => Promise<void>
  /** The instant of each call; default 2026-03-02T09:00:00Z. */
  readonly now?: Instant
}

/** A company folder of its own and a connected client. */
export interface OpenWorld {
  readonly folder: string
  readonly client: unknown
  close(): Promise<void>
}

/** Connects an adapter in a new temporary folder, which `close` removes. */
export async function openWorld(adapter: Adapter, world: AdapterWorld = {}): Promise<OpenWorld> {
  const { provider } = adapter
  const folder = await mkdtemp(join(tmpdir(), 'soloist-adapter-'))
  await world.prepare?.(folder)
  const secret = (name: string): string =>
    provider.secrets.includes(name)
      ? (world.secrets?.[name] ?? refuse('secret.missing', { adapter: adapter.name, name }))
      : refuse('secret.missing', { adapter: adapter.name, name })
  const client = await provider.connect({ secret, clock: systemClock(), folder, fetch: globalThis.fetch })
  return {
    folder,
    client,
    async close() {
      await provider.close?.(client)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A call under a key. */
export function callUnder(
  key: string,
  world: AdapterWorld = {},
  signal: AbortSignal = new AbortController().signal,
): Call {
  return { key, signal, now: world.now ?? instant(Date.UTC(2026, 2, 2, 9)) }
}

/** A call that reaches the members of the world. */
export function membersOf(world: AdapterWorld): SpreadCall {
  return {
    ...callUnder('eff_spread', world),
    async *members() {
      yield* world.members ?? []
    },
    unsubscribe: (audience, member) => ({
      url: `https://leave.example.org/${audience}/${member}`,
      mailto: `leave+${member}@example.org`,
    }),
  }
}
