import { type AnyFeed, type AtomFeed, type JsonFeed, parseFeed, type RdfFeed, type RssFeed } from 'feedsmith'
import { refuse } from '../../values/fault.ts'
import { contentHash } from '../../values/json.ts'
import { plain, shorten } from '../plain.ts'
import type { Entry } from '../ports/feeds.ts'
import { parseDate } from './date.ts'

/** What a feed says of an entry, before it is made plain and short. Everything may be missing. */
interface Raw {
  readonly id?: string | undefined
  readonly title?: string | undefined
  readonly url?: string | undefined
  readonly published?: string | undefined
  readonly summary?: string | undefined
}

// Of a feed that goes back for years only the first entries are read: feeds put the newest first.
const mostEntries = 500
// HTML beyond this is not read: a summary of 4000 characters is never made of more.
const mostHtml = 50_000
const mostSummary = 2000

/** A feed as it came: its bytes, what the server calls them, and where it is from. */
export interface Fetched {
  readonly bytes: Uint8Array
  readonly type: string
  readonly source: string
}

/** The entries of a feed of any format. Fault `feed.malformed`. */
export async function entriesOf({ bytes, type, source }: Fetched): Promise<Entry[]> {
  const { format, feed } = parsed(decoded(Buffer.from(bytes), type), source)
  const raw =
    format === 'atom'
      ? (feed.entries ?? []).map(ofAtom)
      : format === 'json'
        ? (feed.items ?? []).map(ofJson)
        : format === 'rdf'
          ? (feed.items ?? []).map(ofRdf)
          : (feed.items ?? []).map(ofRss)
  const entries: Entry[] = []
  for (const entry of raw.slice(0, mostEntries)) {
    // HTML that is made to be slow takes half a second an entry: all else has its turn between two.
    await new Promise((resolve) => setImmediate(resolve))
    entries.push(entryOf(entry, source))
  }
  return entries
}

function parsed(text: string, source: string): AnyFeed<string> {
  try {
    return parseFeed(text)
  } catch (error) {
    const why = ((error as Error).message.split('\n')[0] ?? 'unknown').slice(0, 200)
    refuse('feed.malformed', { url: source, why })
  }
}

// The server's word on the encoding comes before the document's (RFC 7303, 3); an unknown one is read as UTF-8.
function decoded(bytes: Buffer, type: string): string {
  const declared = /encoding=["']([\w-]+)["']/.exec(bytes.toString('latin1', 0, 200))?.[1]
  const label = /charset=["']?([\w-]+)/i.exec(type)?.[1] ?? declared ?? 'utf-8'
  try {
    return new TextDecoder(label).decode(bytes)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return new TextDecoder().decode(bytes)
  }
}

const ofRss = (item: RssFeed.Item<string>): Raw => ({
  id: item.guid?.value,
  title: item.title,
  url: item.link ?? (item.guid?.isPermaLink === false ? undefined : item.guid?.value),
  published: item.pubDate ?? item.dc?.dates?.[0],
  summary: item.description ?? item.content?.encoded,
})

const ofAtom = (entry: AtomFeed.Entry<string>): Raw => ({
  id: entry.id,
  title: entry.title?.value,
  url: (entry.links?.find((link) => link.rel === undefined || link.rel === 'alternate') ?? entry.links?.[0])?.href,
  published: entry.published ?? entry.updated,
  summary: entry.summary?.value ?? entry.content?.value,
})

const ofRdf = (item: RdfFeed.Item<string>): Raw => ({
  id: item.rdf?.about,
  title: item.title,
  url: item.link,
  published: item.dc?.dates?.[0],
  summary: item.description ?? item.content?.encoded,
})

const ofJson = (item: JsonFeed.Item<string>): Raw => ({
  id: item.id,
  title: item.title,
  url: item.url ?? item.external_url,
  published: item.date_published ?? item.date_modified,
  summary: item.summary ?? item.content_text ?? item.content_html,
})

function entryOf(raw: Raw, source: string): Entry {
  const url = absolute(raw.url, source)
  const summary = shorten(plain((raw.summary ?? '').slice(0, mostHtml)), mostSummary)
  const title = shorten(plain((raw.title ?? '').slice(0, mostHtml)).replaceAll(/\s+/g, ' '), 300)
  return {
    id: (raw.id ?? url ?? contentHash([title, summary])).slice(0, 2048),
    title: title || shorten(summary, 80) || 'Untitled',
    url,
    published: parseDate(raw.published),
    summary,
    source,
  }
}

function absolute(url: string | undefined, source: string): string | null {
  if (url === undefined) return null
  const found = URL.parse(url, /^https?:/i.test(source) ? source : undefined)
  const web = found?.protocol === 'http:' || found?.protocol === 'https:'
  return web && found.href.length <= 2048 ? found.href : null
}
