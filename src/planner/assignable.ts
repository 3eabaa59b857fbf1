import type { Json } from '../values/json.ts'
import { canonical } from '../values/json.ts'
import {
  alternatives,
  fieldOf,
  isAnything,
  isObject,
  isTuple,
  itemType,
  type JsonType,
  kindOf,
  requiredOf,
} from './json-type.ts'

type JsonObject = { readonly [key: string]: Json }

/** Why one type does not fit another, in words. */
export interface Mismatch {
  readonly expected: string
  readonly found: string
}

/**
 * Why a value of the source's type may not be one of the target's, or `undefined` when it always is, as far as types tell:
 * structure, required fields, lists, enums, null. What a type does not say is taken for fitting, and lengths, patterns and
 * ranges are left to the run, where every input is parsed again.
 */
export function mismatch(source: JsonType, target: JsonType): Mismatch | undefined {
  if (source.optional && !target.optional && !takesNothing(target))
    return { expected: describeType(target), found: `${describeType(source)} that may be missing` }
  return compare(source, target, { at: '', open: new Set() })
}

/** A type in the words of a person: `text`, `a list of numbers`, `an object with title and body`. */
export function describeType(type: JsonType): string {
  return describeAll(type, 0)
}

// A type may contain itself; a reader needs no more than this.
const levels = 3

function describeAll(type: JsonType, depth: number): string {
  if (depth > levels) return '…'
  const all = alternatives(type)
  if (all.length === 0) return 'nothing'
  const words = [...new Set(all.map((one) => describeOne(one, type.root, depth)))]
  return words.length <= 4 ? words.join(' or ') : `${words.slice(0, 4).join(' or ')} or ${words.length - 4} others`
}

interface Place {
  readonly at: string
  /** Pairs being compared further up: a type that contains itself fits while nothing speaks against it. */
  readonly open: ReadonlySet<string>
}

function compare(source: JsonType, target: JsonType, place: Place): Mismatch | undefined {
  const pair = `${canonical(source.schema)}⊂${canonical(target.schema)}`
  if (place.open.has(pair)) return undefined
  const here = { at: place.at, open: new Set([...place.open, pair]) }
  const wanted = alternatives(target)
  if (wanted.some(isAnything)) return undefined
  for (const given of alternatives(source)) {
    if (isAnything(given)) continue
    const wrong = wanted.map((one) => compareOne(given, one, source.root, target.root, here))
    if (wrong.some((one) => one === undefined)) continue
    // One of the same kind was probably meant: its reason says more than the whole union.
    const alike = wanted.flatMap((one, index) =>
      kindOf(one) === kindOf(given) && !('const' in one) ? [wrong[index]!] : [],
    )
    return alike.length === 1 ? alike[0] : says(describeType(target), describeOne(given, source.root), here.at)
  }
  return undefined
}

function compareOne(given: JsonObject, wanted: JsonObject, from: Json, to: Json, place: Place): Mismatch | undefined {
  if ('const' in wanted && 'const' in given && canonical(wanted.const) === canonical(given.const)) return undefined
  const other = () => says(describeOne(wanted, to), describeOne(given, from), place.at)
  if ('const' in wanted) return other()
  const kind = kindOf(given)
  const need = kindOf(wanted)
  if (kind !== need && !(kind === 'integer' && need === 'number')) return other()
  if (need === 'object' && !('const' in given)) return compareObjects(given, wanted, from, to, place)
  if (need === 'array' && !('const' in given)) return compareLists(given, wanted, from, to, place)
  return undefined
}

function compareObjects(
  given: JsonObject,
  wanted: JsonObject,
  from: Json,
  to: Json,
  place: Place,
): Mismatch | undefined {
  const fields = isObject(wanted.properties) ? Object.keys(wanted.properties) : []
  const open = !isObject(given.properties) && given.additionalProperties === undefined
  for (const name of fields) {
    const target = fieldOf(wanted, name, to)!
    const required = requiredOf(wanted).includes(name)
    const source = fieldOf(given, name, from)
    const at = place.at === '' ? name : `${place.at}.${name}`
    if (source === undefined) {
      if (required && !open) return says(describeType(target), 'missing', at)
      continue
    }
    if (source.optional && required && !takesNothing(target))
      return says(describeType(target), `${describeType(source)} that may be missing`, at)
    const wrong = compare(source, target, { ...place, at })
    if (wrong !== undefined) return wrong
  }
  return compareRest(given, wanted, from, to, place, new Set(fields))
}

/** The fields beyond those that are named: what a record takes, and what a strict object refuses. */
function compareRest(
  given: JsonObject,
  wanted: JsonObject,
  from: Json,
  to: Json,
  place: Place,
  named: ReadonlySet<string>,
): Mismatch | undefined {
  const rest = wanted.additionalProperties
  const extra = Object.keys(isObject(given.properties) ? given.properties : {}).filter((name) => !named.has(name))
  if (rest === false && extra.length > 0) return says(`an object without ${extra[0]}`, 'one that has it', place.at)
  if (!isObject(rest)) return undefined
  const target = { schema: rest, root: to, optional: true }
  const sources = extra.map((name) => [name, fieldOf(given, name, from)!] as const)
  const others = given.additionalProperties
  if (isObject(others)) sources.push(['*', { schema: others, root: from, optional: true }])
  for (const [name, source] of sources) {
    const wrong = compare(source, target, { ...place, at: place.at === '' ? name : `${place.at}.${name}` })
    if (wrong !== undefined) return wrong
  }
  return undefined
}

function compareLists(given: JsonObject, wanted: JsonObject, from: Json, to: Json, place: Place): Mismatch | undefined {
  const at = `${place.at}[]`
  if (isTuple(wanted)) {
    const targets = wanted.prefixItems as Json[]
    const sources = isTuple(given) ? (given.prefixItems as Json[]) : []
    if (sources.length !== targets.length) return says(describeOne(wanted, to), describeOne(given, from), place.at)
    for (const [index, schema] of targets.entries()) {
      const source = { schema: sources[index]!, root: from, optional: false }
      const wrong = compare(source, { schema, root: to, optional: false }, { ...place, at: `${place.at}[${index}]` })
      if (wrong !== undefined) return wrong
    }
    return undefined
  }
  const source = itemType({ schema: given, root: from, optional: false })!
  return compare(source, itemType({ schema: wanted, root: to, optional: false })!, { ...place, at })
}

function takesNothing(target: JsonType): boolean {
  return target.optional || (isObject(target.schema) && 'default' in target.schema)
}

function says(expected: string, found: string, at: string): Mismatch {
  return at === '' ? { expected, found } : { expected: `${expected} in ${at}`, found: `${found} there` }
}

function describeOne(schema: JsonObject, root: Json, depth = 0): string {
  if ('const' in schema) return JSON.stringify(schema.const)
  switch (kindOf(schema)) {
    case 'string':
      return 'text'
    case 'integer':
      return 'a whole number'
    case 'number':
      return 'a number'
    case 'boolean':
      return 'true or false'
    case 'null':
      return 'null'
    case 'array':
      return isTuple(schema)
        ? `a list of exactly ${(schema.prefixItems as Json[]).length}`
        : `a list of ${describeAll(itemType({ schema, root, optional: false })!, depth + 1)}`
    case 'object':
      return describeObject(schema)
    default:
      return 'anything'
  }
}

function describeObject(schema: JsonObject): string {
  const names = isObject(schema.properties) ? Object.keys(schema.properties) : []
  if (names.length === 0) return 'an object'
  return `an object with ${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`
}
