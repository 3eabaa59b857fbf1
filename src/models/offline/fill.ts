import type { Json } from '../../values/json.ts'
import { fillArray } from './fill-array.ts'
import { fillNumber } from './fill-number.ts'
import { fillText } from './fill-text.ts'
import type { Matter } from './matter.ts'
import { named } from './name.ts'
import type { Shape } from './schema.ts'
import { type Fields, type Found, isFields, walk } from './walk.ts'

/** A value that was filled in. `known`: it comes from the inputs, and is no placeholder that only satisfies the schema. */
export interface Filled {
  readonly value: Json
  readonly known: boolean
  /** Of an object: all that it must have is known. */
  readonly whole?: boolean
}

/** Where a value is looked for: the whole inputs, or (`entry`) one entry of a list, which speaks for itself alone. */
export interface Place {
  readonly matter: Matter
  readonly shape: Shape
  readonly found: readonly Found[]
  readonly entry: boolean
  readonly depth: number
}

/** Fills any schema from the inputs. What is not known is left out where it may be, `null` where it may be, else a placeholder. */
export function fill(wanted: Json | undefined, name: string, place: Place): Filled {
  const schema = place.shape.resolve(wanted)
  if ('const' in schema) return { value: schema.const as Json, known: false }
  if (Array.isArray(schema.enum)) return fillEnum(schema.enum, name, place)
  const choices = variants(schema)
  if (choices.length > 0) return fillVariant(choices, name, place)
  switch (schema.type) {
    case 'object':
      return fillObject(schema, name, place)
    case 'array':
      return fillArray(schema, name, place)
    case 'string':
      return fillText(schema, name, place)
    case 'number':
    case 'integer':
      return fillNumber(schema, name, place)
    case 'boolean':
      // Never yes: nobody decided it.
      return { value: false, known: false }
    case 'null':
      return { value: null, known: false }
    default:
      return 'properties' in schema ? fillObject(schema, name, place) : fillAny(schema, name, place)
  }
}

// A schema that refers to itself ends here: deeper lists stay empty and deeper options are left out.
const deepest = 10

function fillObject(schema: Fields, name: string, place: Place): Filled {
  const properties = isFields(schema.properties) ? schema.properties : {}
  if (Object.keys(properties).length === 0) return fillRecord(schema, name, place)
  const required = new Set(Array.isArray(schema.required) ? schema.required : [])
  const own = named(place.found, name).find(({ value }) => isFields(value))
  const inner: Place = {
    ...place,
    // What stands in an input of the same name counts first.
    found: own ? [...walk(own.value), ...place.found] : place.found,
    depth: place.depth + 1,
  }
  const entries: [string, Json][] = []
  let known = false
  let whole = true
  for (const [key, part] of Object.entries(properties)) {
    if (inner.depth > deepest && !required.has(key)) continue
    const filled = inner.depth > deepest * 2 ? { value: null, known: false } : fill(part, key, inner)
    known ||= filled.known
    whole &&= filled.known || !required.has(key)
    if (filled.known || required.has(key)) entries.push([key, filled.value])
  }
  return { value: Object.fromEntries(entries), known, whole: known && whole }
}

function fillRecord(schema: Fields, name: string, place: Place): Filled {
  const copy = named(place.found, name).find(({ value }) => isFields(value) && place.shape.fits(schema, value))
  return copy ? { value: copy.value, known: true } : { value: {}, known: false }
}

function fillEnum(allowed: readonly Json[], name: string, place: Place): Filled {
  const copy = named(place.found, name).find(({ value }) => allowed.includes(value))
  return copy ? { value: copy.value, known: true } : { value: allowed[0] ?? null, known: false }
}

function fillAny(schema: Fields, name: string, place: Place): Filled {
  const copy = named(place.found, name).find(({ value }) => place.shape.fits(schema, value))
  return copy ? { value: copy.value, known: true } : fillText({ type: 'string' }, name, place)
}

function variants(schema: Fields): readonly Json[] {
  const { anyOf, oneOf, type, ...rest } = schema
  if (Array.isArray(anyOf)) return anyOf
  if (Array.isArray(oneOf)) return oneOf
  return Array.isArray(type) ? type.map((each) => ({ ...rest, type: each })) : []
}

/** The first variant that the inputs fill; else `null` where that is one; else the first. */
function fillVariant(choices: readonly Json[], name: string, place: Place): Filled {
  const deeper = { ...place, depth: place.depth + 1 }
  const flat = choices.filter((choice) =>
    ['string', 'number', 'integer', 'boolean', 'null'].includes(typeOf(choice, place)),
  )
  const tried = place.depth > deepest && flat.length > 0 ? flat : choices
  const filled = tried
    .map((choice) => fill(choice, name, deeper))
    .filter(({ value }, at) => place.shape.fits(tried[at], value))
  return (
    filled.find(({ known }) => known) ??
    filled.find(({ value }) => value === null) ??
    filled[0] ?? { value: null, known: false }
  )
}

function typeOf(schema: Json, { shape }: Place): string {
  return String(shape.resolve(schema).type)
}
