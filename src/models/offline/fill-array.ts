import { canonical, type Json } from '../../values/json.ts'
import { type Filled, fill, type Place } from './fill.ts'
import { isKeyword, isLink, isSourceList, isTitle, named } from './name.ts'
import { keywords } from './rank.ts'
import { plainText } from './sentence.ts'
import { isEntry } from './source.ts'
import { type Fields, isFields, walk } from './walk.ts'

/** A list: entries of the inputs in the wanted form, or links, titles, key words, sentences; within the bounds of the schema. */
export function fillArray(schema: Fields, name: string, place: Place): Filled {
  if (Array.isArray(schema.prefixItems)) return fillTuple(schema.prefixItems, name, place)
  const least = typeof schema.minItems === 'number' ? schema.minItems : 0
  const most = typeof schema.maxItems === 'number' ? schema.maxItems : mostItems
  const items = place.shape.resolve(schema.items)
  const offered = place.depth > deepest ? [] : offers(items, name, place)
  const fitting = offered.filter((value) => place.shape.fits(schema.items, value))
  const values = distinct(fitting).slice(0, most)
  const known = values.length > 0
  if (values.length < least) {
    const filler = fill(schema.items, name, { ...place, depth: place.depth + 1 }).value
    while (values.length < Math.min(least, mostItems)) values.push(filler)
  }
  return { value: values, known }
}

const mostItems = 50
const deepest = 10

function fillTuple(parts: readonly Json[], name: string, place: Place): Filled {
  const filled = parts.map((part) => fill(part, name, { ...place, depth: place.depth + 1 }))
  return { value: filled.map(({ value }) => value), known: filled.some(({ known }) => known) }
}

function offers(items: Fields, name: string, place: Place): readonly Json[] {
  const list = named(place.found, name).find(({ value }) => Array.isArray(value) && value.length > 0)
  if (items.type === 'object' || 'properties' in items) return entries(items, name, place, list?.value)
  if (list && (list.value as readonly Json[]).some((value) => place.shape.fits(items, value))) {
    return list.value as readonly Json[]
  }
  if (items.type !== 'string' || place.entry) return []
  const { sources, quotes, items: count } = place.matter
  if (isLink(name) || items.format === 'uri') return sources.flatMap(({ url }) => (url === null ? [] : [url]))
  if (isKeyword(name)) return keywords(sources).slice(0, count)
  if (isTitle(name)) return sources.map(({ title }) => plainText(title))
  return quotes.slice(0, count).map(({ sentence }) => sentence)
}

/** Entries of the list of that name, or of any list that has such; those that know all that is required, else those that know some. */
function entries(items: Fields, name: string, place: Place, list: Json | undefined): readonly Json[] {
  const from = Array.isArray(list)
    ? list.filter(isFields)
    : place.found
        .filter(({ value, listed }) => listed && (isSourceList(name) ? isEntry(value) : isFields(value)))
        .map(({ value }) => value)
  const filled = from.slice(0, mostItems * 4).map((entry) => fillEntry(items, entry, place))
  const complete = filled.filter(({ whole }) => whole)
  return (complete.length > 0 ? complete : filled.filter(({ known }) => known)).map(({ value }) => value)
}

function fillEntry(items: Fields, entry: Json, place: Place): Filled {
  return fill(items, '', { ...place, found: walk(entry), entry: true, depth: place.depth + 1 })
}

function distinct(values: readonly Json[]): Json[] {
  return [...new Map(values.map((value) => [canonical(value), value])).values()]
}
