import type { Json } from '../../values/json.ts'
import { type Fields, type Found, isFields } from './walk.ts'

/** A text that can be quoted, and what is known of where it stands. */
export interface Source {
  readonly title: string
  readonly url: string | null
  readonly text: string
}

// Each bound is far above an ordinary issue (some ten sources of some 1 000 words) and far below what would take seconds.
const mostSources = 200
const longestText = 20_000

/**
 * What the inputs offer for quoting: entries with a title or a link and a text, in their order, each once. Where there is none,
 * every longer text counts, under the name of its field.
 */
export function sourcesIn(found: readonly Found[]): readonly Source[] {
  const entries = found.filter(({ value }) => isEntry(value)).map(({ value }) => entrySource(value as Fields))
  const known = new Set<string>()
  const fresh = entries.filter(({ title, url }) => {
    const key = url ?? title
    return known.has(key) ? false : known.add(key)
  })
  return fresh.length > 0 ? fresh.slice(0, mostSources) : looseTexts(found).slice(0, mostSources)
}

/** True for a thing that can be cited: it has a name or a link, and something to say or a link to go to. */
export function isEntry(value: Json): value is Fields {
  if (!isFields(value)) return false
  const url = safeUrl(textOf(value, linkKeys))
  const title = textOf(value, titleKeys)
  const text = textOf(value, textKeys)
  return (title !== '' && (url !== null || text !== '')) || (url !== null && text !== '')
}

/** A link that may stand in a mail: http(s) only, with what Markdown or HTML could misread encoded. */
function safeUrl(text: string): string | null {
  const url = URL.parse(text.trim())
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || text.length > 2000) return null
  return url.href.replace(
    /[()<>"'`\\\s]/g,
    (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`,
  )
}

const titleKeys = ['title', 'headline', 'name', 'subject']
const linkKeys = ['url', 'link', 'href', 'pointer', 'uri']
const textKeys = [
  'text',
  'body',
  'content',
  'markdown',
  'summary',
  'description',
  'excerpt',
  'quote',
  'snippet',
  'abstract',
]

function entrySource(entry: Fields): Source {
  const url = safeUrl(textOf(entry, linkKeys))
  return { title: textOf(entry, titleKeys) || (url ?? ''), url, text: textOf(entry, textKeys).slice(0, longestText) }
}

function looseTexts(found: readonly Found[]): readonly Source[] {
  return found.flatMap(({ key, value }) =>
    typeof value === 'string' && value.trim().length >= 40
      ? [{ title: key, url: null, text: value.slice(0, longestText) }]
      : [],
  )
}

/** The first of some keys that holds a text. */
function textOf(entry: Fields, keys: readonly string[]): string {
  for (const key of keys) {
    const value = Object.hasOwn(entry, key) ? entry[key] : undefined
    if (typeof value === 'string' && value.trim() !== '') return value.trim()
  }
  return ''
}
