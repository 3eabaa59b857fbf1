import type { Json } from '../../values/json.ts'
import { digest } from './digest.ts'
import type { Filled, Place } from './fill.ts'
import { isDigest, isLink, isProse, isTitle, named } from './name.ts'
import { ranked } from './rank.ts'
import { cut, plainText } from './sentence.ts'
import { isEntry, sourcesIn } from './source.ts'
import type { Fields } from './walk.ts'

/** A text from the inputs by its name, a digest or a quoted sentence where the name asks for prose, else a placeholder. */
export function fillText(schema: Fields, name: string, place: Place): Filled {
  for (const text of candidates(schema, name, place)) {
    const held = withinBounds(text, schema)
    if (place.shape.fits(schema, held)) return { value: held, known: true }
  }
  return { value: placeholder(schema, place), known: false }
}

/** True for a link that only points: no script, no data of its own, no file of this machine. */
function isHarmless(link: string): boolean {
  return !/^\s*(?:javascript|data|vbscript|file|blob)\s*:/i.test(link)
}

function* candidates(schema: Fields, name: string, place: Place): Generator<string> {
  const { matter, entry } = place
  const most = typeof schema.maxLength === 'number' ? schema.maxLength : Number.POSITIVE_INFINITY
  const link = isLink(name) || schema.format === 'uri'
  // A text of a list's entry speaks for that entry, not for the whole.
  const copies = named(place.found, name).filter(
    ({ listed, depth }) => !isDigest(name) || entry || (!listed && depth <= 2),
  )
  for (const { value } of copies) {
    if (typeof value === 'string' && value.trim() !== '' && (!link || isHarmless(value))) yield value
  }
  if ('pattern' in schema || 'format' in schema) return
  if (isTitle(name)) {
    if (entry) return
    if (matter.topic !== '') yield matter.topic
    if (matter.sources[0]) yield plainText(matter.sources[0].title)
  } else if (entry) {
    if (isDigest(name) || isProse(name)) yield* quotesOf(place)
  } else if (isDigest(name) || longest(schema) > 500) yield digest(matter, most)
  else if (isProse(name)) for (const { sentence } of matter.quotes) yield sentence
}

function* quotesOf({ found, matter }: Place): Generator<string> {
  const own = found[0]?.value
  if (own === undefined || !isEntry(own)) return
  for (const { sentence } of ranked(sourcesIn(found).slice(0, 1), matter.topic)) yield sentence
}

function longest(schema: Fields): number {
  return typeof schema.minLength === 'number' ? schema.minLength : 0
}

/** Cut to the most, filled up to the least with points. JSON Schema counts code points, zod UTF-16 units: both are kept. */
function withinBounds(text: string, schema: Fields): string {
  const most = typeof schema.maxLength === 'number' ? schema.maxLength : Number.POSITIVE_INFINITY
  const held = cut(text, most)
  const missing = longest(schema) - [...held].length
  return missing > 0 ? held + ' .'.repeat(Math.ceil(missing / 2)).slice(0, missing) : held
}

const placeholders = [
  'unknown',
  '',
  'unknown@example.invalid',
  'https://example.invalid/',
  '1970-01-01T00:00:00Z',
  '1970-01-01',
  '00:00:00',
  'PT0S',
  '00000000-0000-4000-8000-000000000000',
  '0',
  '#000000',
  '0.0.0.0',
  '::',
]

function placeholder(schema: Fields, { shape }: Place): Json {
  return placeholders.map((each) => withinBounds(each, schema)).find((each) => shape.fits(schema, each)) ?? ''
}
