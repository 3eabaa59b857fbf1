import type { Json } from '../values/json.ts'

type JsonObject = { readonly [key: string]: Json }

/** A JSON Schema with the document in which its `$ref`s are found. */
export interface JsonType {
  readonly schema: Json
  readonly root: Json
  /** True when the value may be missing altogether. */
  readonly optional: boolean
}

export const anything: JsonType = { schema: {}, root: {}, optional: false }

export function jsonType(schema: Json): JsonType {
  return { schema, root: schema, optional: false }
}

/** The type of a literal: as narrow as it can be said. */
export function typeOfLiteral(value: Json): JsonType {
  return jsonType(schemaOfLiteral(value))
}

/**
 * The plain schemas that a type is one of: references followed, unions, enums and lists of types spread out, intersections
 * merged. An empty object means anything; no schema at all means nothing.
 */
export function alternatives(type: JsonType): readonly JsonObject[] {
  return spread(type.schema, type.root, 0)
}

/** The part of a type at a path, or `undefined` where there can be nothing. Optional when any step of it is. */
export function typeAt(type: JsonType, path: readonly string[]): JsonType | undefined {
  let here = type
  for (const step of path) {
    const found = stepInto(here, step)
    if (found === undefined) return undefined
    here = { ...found, optional: found.optional || here.optional }
  }
  return here
}

/** The type of a list's items, or `undefined` when it is no list. */
export function itemType(type: JsonType): JsonType | undefined {
  const lists = alternatives(type).filter((one) => isAnything(one) || kindOf(one) === 'array')
  if (lists.length === 0) return undefined
  const items = lists.map((one) => (isTuple(one) ? { anyOf: one.prefixItems as Json } : (one.items ?? {})))
  return { schema: items.length === 1 ? items[0]! : { anyOf: items }, root: type.root, optional: false }
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isAnything(schema: JsonObject): boolean {
  return kindOf(schema) === undefined && !('const' in schema)
}

export function isTuple(schema: JsonObject): boolean {
  return Array.isArray(schema.prefixItems)
}

/** `object`, `array`, `string`, `number`, `integer`, `boolean`, `null`, or `undefined` when the schema does not say. */
export function kindOf(schema: JsonObject): string | undefined {
  if (typeof schema.type === 'string') return schema.type
  if ('const' in schema) return kindOfValue(schema.const as Json)
  if ('properties' in schema) return 'object'
  return 'items' in schema || 'prefixItems' in schema ? 'array' : undefined
}

/** The names that an object schema demands. */
export function requiredOf(schema: JsonObject): readonly string[] {
  return Array.isArray(schema.required) ? (schema.required as string[]) : []
}

/** A field with its type, optional when it may be missing; one with a default never is. */
export function fieldOf(schema: JsonObject, name: string, root: Json): JsonType | undefined {
  const fields = isObject(schema.properties) ? schema.properties : {}
  if (Object.hasOwn(fields, name)) {
    const found = fields[name]!
    const filled = isObject(found) && 'default' in found
    return { schema: found, root, optional: !filled && !requiredOf(schema).includes(name) }
  }
  const rest = schema.additionalProperties
  return rest === true || isObject(rest) ? { schema: rest, root, optional: true } : undefined
}

function stepInto(type: JsonType, step: string): JsonType | undefined {
  const found: JsonType[] = []
  let missing = false
  for (const one of alternatives(type)) {
    const next = isAnything(one)
      ? anything
      : kindOf(one) === 'array'
        ? element(one, step, type.root)
        : inObject(one, step, type)
    if (next === undefined) missing = true
    else found.push(next)
  }
  if (found.length === 0) return undefined
  const optional = missing || found.some((one) => one.optional)
  if (found.length === 1) return { ...found[0]!, optional }
  return { schema: { anyOf: found.map((one) => one.schema) }, root: type.root, optional }
}

function inObject(schema: JsonObject, step: string, type: JsonType): JsonType | undefined {
  if (kindOf(schema) !== 'object') return undefined
  // An object that lists no fields says nothing about them.
  if (!isObject(schema.properties) && schema.additionalProperties === undefined) return anything
  return fieldOf(schema, step, type.root)
}

function element(schema: JsonObject, step: string, root: Json): JsonType | undefined {
  if (!/^\d+$/.test(step)) return undefined
  if (isTuple(schema)) {
    const at = (schema.prefixItems as Json[])[Number(step)]
    return at === undefined ? undefined : { schema: at, root, optional: false }
  }
  return { schema: schema.items ?? {}, root, optional: true }
}

// Deep enough for any honest union; a `$ref` that only names itself ends here as anything.
const deepest = 32

function spread(schema: Json, root: Json, depth: number): readonly JsonObject[] {
  if (schema === false) return []
  if (!isObject(schema) || depth > deepest) return [{}]
  if (typeof schema.$ref === 'string') return spread(resolve(schema.$ref, root), root, depth + 1)
  const union = schema.anyOf ?? schema.oneOf
  if (Array.isArray(union)) return union.flatMap((one: Json) => spread(one, root, depth + 1))
  if (Array.isArray(schema.allOf)) return merged(schema, schema.allOf as Json[], root, depth)
  if (isObject(schema.not) && Object.keys(schema.not).length === 0) return []
  if ('const' in schema) return [schema]
  if (Array.isArray(schema.enum)) return (schema.enum as Json[]).map((value) => ({ const: value }))
  if (Array.isArray(schema.type)) return (schema.type as string[]).map((type) => ({ ...schema, type }))
  return [schema]
}

function merged(schema: JsonObject, parts: readonly Json[], root: Json, depth: number): readonly JsonObject[] {
  const { allOf: _allOf, ...own } = schema
  const all = [own, ...parts.map((part) => spread(part, root, depth + 1)[0] ?? {})]
  const fields = all.flatMap((one) => (isObject(one.properties) ? [one.properties] : []))
  const required = all.flatMap((one) => [...requiredOf(one)])
  const whole: JsonObject = Object.assign({}, ...all)
  return [fields.length === 0 ? whole : { ...whole, properties: Object.assign({}, ...fields), required }]
}

function resolve(ref: string, root: Json): Json {
  let here: Json | undefined = root
  for (const step of ref.replace(/^#\/?/, '').split('/').filter(Boolean)) {
    const key = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')
    here = isObject(here) ? here[key] : undefined
  }
  return here ?? {}
}

function schemaOfLiteral(value: Json): Json {
  if (Array.isArray(value)) return { type: 'array', prefixItems: (value as Json[]).map(schemaOfLiteral) }
  if (!isObject(value)) return { const: value }
  const properties = Object.fromEntries(Object.entries(value).map(([key, member]) => [key, schemaOfLiteral(member)]))
  return { type: 'object', properties, required: Object.keys(value), additionalProperties: false }
}

function kindOfValue(value: Json): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value
}
