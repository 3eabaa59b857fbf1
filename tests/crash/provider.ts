import type { Call, Connect, Provider } from '../../src/adapters/adapter.ts'
import { setSharedClock } from '../../src/store/shared-clock.ts'
import { refuse } from '../../src/values/fault.ts'
import type { Json } from '../../src/values/json.ts'
import { later, seconds } from '../../src/values/time.ts'
import { moodOf } from './moods.ts'
import { type Entry, type ProviderLog, providerLog } from './provider-log.ts'
import { clockOf, providersOf } from './scene-files.ts'

/** A provider whose memory is a file. `dedupes`: it does what it has done under this key no second time. */
export interface World {
  readonly log: ProviderLog
  readonly perform: (ask: Asked, call: Call) => Promise<Json>
  readonly acted: (action: string, key: string) => boolean
  readonly undo: (action: string, id: string) => void
}

interface Asked {
  readonly action: string
  readonly input: Json
  readonly dedupes: boolean
  /** What its mood goes by, in place of the key: for keys that are made of fresh ids. */
  readonly named?: string
  /** A provider that is down: so many calls under one key are refused at first. */
  readonly down?: number
}

const patience = seconds(10)

/** What every adapter of these tests connects to. */
export function provider(name: string): Provider<World> {
  return { name, secrets: [], timeout: patience, connect: openWorld }
}

/** The id that a provider gives to what it did under a key. */
export function idOf(key: string): { readonly id: string } {
  return { id: `thing-${key}` }
}

function openWorld({ clock, folder }: Connect): World {
  const log = providerLog(providersOf(folder))
  const seed = process.env.SEED ?? '1'
  const acted = (action: string, key: string): boolean => log.entries().some(is('acted', action, key))
  return {
    log,
    acted,
    undo: (action, id) => log.write({ what: 'undone', action, key: id.replace('thing-', ''), input: null }),
    async perform({ action, input, dedupes, named, down = 0 }, call) {
      log.write({ what: 'asked', action, key: call.key, input })
      const nth = log.entries().filter(is('asked', action, call.key)).length
      if (nth <= down) refuse('adapter.busy', { adapter: action, why: 'it is down' })
      const mood = moodOf(seed, action, named ?? call.key, nth - down)
      if (mood === 'refuses') refuse('adapter.busy', { adapter: action, why: '503' })
      if (mood === 'denies') refuse('adapter.refused', { adapter: action, action, why: '401' })
      if (mood === 'breaks') throw new Error('500 before anything was done')
      if (!dedupes || !acted(action, call.key)) log.write({ what: 'acted', action, key: call.key, input })
      if (mood === 'cut') throw new Error('the connection was cut')
      if (mood === 'babbles') return { nonsense: true }
      if (mood === 'silent') {
        setSharedClock(clockOf(folder), later(clock.now(), patience))
        await stopped(call.signal)
      }
      return idOf(call.key)
    },
  }
}

const is = (what: Entry['what'], action: string, key: string) => (entry: Entry) =>
  entry.what === what && entry.action === action && entry.key === key

/** Never answers, but does not hold up the end: turns until the caller has lost patience. */
async function stopped(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await new Promise((resolve) => setImmediate(resolve))
}
