import { constants } from 'node:fs'
import { access, readFile, stat } from 'node:fs/promises'
import { aside } from '../../store/aside.ts'
import { type Fault, Refusal, refuse } from '../../values/fault.ts'
import { minutes } from '../../values/time.ts'
import { type Adapter, adapter, type Call } from '../adapter.ts'
import { refuseWhenStopped } from '../answer.ts'
import { type FetchLimits, fetchOutside } from '../fetch.ts'
import { inside } from '../inside.ts'
import { type Entry, type Problem, feeds as port } from '../ports/feeds.ts'
import type { Fetched } from './parse-feed.ts'

/** What feeds may be fetched from, and the limits of each; see `FetchLimits`. */
export type FeedsOptions = FetchLimits

const atOnce = 4
const largestFile = 5_000_000

/**
 * Feeds by address, or from a file inside the company's folder. A feed that fails is a problem in the answer (`feed.malformed`,
 * `fetch.refused`, `fetch.failed`); the others are read.
 */
export function feeds(options: FeedsOptions = {}): Adapter {
  return adapter(
    port,
    {
      name: 'feeds',
      secrets: [],
      timeout: minutes(3),
      connect: ({ folder }) => folder,
      // Which addresses are read is up to each run, and one that fails is a problem in its answer; only the folder is always ours.
      probe: (folder) => openFolder(folder),
      open(_folder, { externalId, url }, call) {
        if (url === null) refuse('pointer.closed', { pointer: `feeds:${externalId}`, why: 'its feed gave no address' })
        return fetchOutside(url, call.signal, options)
      },
    },
    {
      read: {
        idempotency: 'none',
        do: async (folder, input, call) => {
          refuseWhenStopped('feeds', 'feeds.read', call)
          const read = await readAll(input.sources, (source) => readFeed(source, folder, options, call))
          const entries = read.flatMap((found) => found.entries)
          const since = input.since ?? null
          const fresh = since === null ? entries : entries.filter(({ published }) => (published ?? since) >= since)
          fresh.sort((a, b) => (b.published ?? 0) - (a.published ?? 0))
          return { entries: fresh.slice(0, input.max ?? 50), problems: read.flatMap((found) => found.problems) }
        },
      },
    },
  )
}

async function openFolder(folder: string): Promise<void> {
  try {
    await access(folder, constants.R_OK)
  } catch (error) {
    refuse('store.unwritable', { path: folder, why: (error as NodeJS.ErrnoException).code ?? 'unknown' })
  }
}

interface Found {
  readonly entries: Entry[]
  readonly problems: Problem[]
}

async function readAll(sources: readonly string[], read: (source: string) => Promise<Found>): Promise<Found[]> {
  const found: Found[] = []
  const wanted = [...new Set(sources)]
  for (let first = 0; first < wanted.length; first += atOnce) {
    found.push(...(await Promise.all(wanted.slice(first, first + atOnce).map(read))))
  }
  return found
}

async function readFeed(source: string, folder: string, limits: FetchLimits, call: Call): Promise<Found> {
  try {
    const { bytes, type } = /^[a-z][a-z0-9+.-]*:/i.test(source)
      ? await fetchOutside(source, call.signal, limits)
      : await fromFile(source, folder)
    const seen = new Set<string>()
    const entries = await parsed({ bytes, type, source }, call.signal)
    return { entries: entries.filter(({ id }) => !seen.has(id) && seen.add(id)), problems: [] }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (call.signal.aborted) refuseWhenStopped('feeds', 'feeds.read', call)
    return { entries: [], problems: [problemOf(source, error.fault)] }
  }
}

// A feed that is made to be slow takes time by the square of its length: 50 ms for this, 19 s for 5 MB.
const longestHere = 256 * 1024

async function parsed(fetched: Fetched, signal: AbortSignal): Promise<Entry[]> {
  if (fetched.bytes.length > longestHere) return aside<Entry[]>(import.meta.url, './feed-thread', fetched, signal)
  // Parsers of feeds and of HTML are 20 MB in memory: they are loaded by who reads a feed.
  const { entriesOf } = await import('./parse-feed.ts')
  return entriesOf(fetched)
}

function problemOf(source: string, { code, message, next }: Fault): Problem {
  return { source, code, message, next }
}

async function fromFile(source: string, folder: string): Promise<{ bytes: Buffer; type: string }> {
  const path = await inside(folder, source)
  if (path === undefined) refuse('fetch.refused', { url: source, why: 'it is outside the company folder' })
  try {
    const facts = await stat(path)
    if (!facts.isFile() || facts.size > largestFile) {
      refuse('feed.malformed', { url: source, why: `it is no file of at most ${largestFile} bytes` })
    }
    return { bytes: await readFile(path), type: '' }
  } catch (error) {
    if (error instanceof Refusal) throw error
    refuse('fetch.failed', { url: source, why: (error as NodeJS.ErrnoException).code ?? 'unknown' })
  }
}
