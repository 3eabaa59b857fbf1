import { z } from 'zod'
import type { Json } from '../../values/json.ts'
import { type Fields, isFields } from './walk.ts'

/** A JSON Schema with its references resolved on the way, and a check of values against its parts. */
export interface Shape {
  /** The part that a schema stands for: its `$ref` followed, its `allOf` merged. */
  resolve(schema: Json | undefined): Fields
  fits(schema: Json | undefined, value: Json): boolean
}

export function shapeOf(root: Json): Shape {
  const checks = new Map<Json | undefined, z.ZodType | null>()
  const top = isFields(root) ? root : {}
  const defs = { ...(isFields(top.$defs) ? top.$defs : {}) }

  function check(schema: Json | undefined): z.ZodType | null {
    let made = checks.get(schema)
    if (made === undefined) {
      made = compile({ ...(isFields(schema) ? schema : {}), ...(schema === root ? {} : { $defs: defs }) })
      checks.set(schema, made)
    }
    return made
  }

  function resolve(schema: Json | undefined): Fields {
    let here = isFields(schema) ? schema : {}
    for (let hops = 0; typeof here.$ref === 'string' && hops < mostHops; hops += 1) {
      const { $ref, ...beside } = here
      here = { ...pointed(top, $ref as string), ...beside }
    }
    return Array.isArray(here.allOf) ? merged(here, here.allOf.map(resolve)) : here
  }

  // A part that refers to the root cannot be checked by itself; then only its type is.
  return {
    resolve,
    fits: (schema, value) => check(schema)?.safeParse(value).success ?? ofType(resolve(schema).type, value),
  }
}

const mostHops = 20

/** `null` for what zod cannot read as a schema. */
function compile(schema: Fields): z.ZodType | null {
  try {
    return z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0])
  } catch {
    return null
  }
}

function pointed(root: Fields, ref: string): Fields {
  let here: Json | undefined = root
  for (const step of ref.replace(/^#\/?/, '').split('/').filter(Boolean)) {
    here = isFields(here) ? here[step.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined
  }
  return isFields(here) ? here : {}
}

function merged(schema: Fields, parts: readonly Fields[]): Fields {
  const { allOf: _parts, ...own } = schema
  const all = [...parts, own]
  const properties = Object.assign({}, ...all.map((part) => part.properties ?? {})) as Json
  const required = all.flatMap((part) => (Array.isArray(part.required) ? part.required : []))
  const names = Object.keys(properties as Fields)
  return Object.assign({}, ...all, names.length > 0 ? { properties, required } : {}) as Fields
}

function ofType(type: Json | undefined, value: Json): boolean {
  const own = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
  return type === undefined || type === own || (type === 'integer' && Number.isInteger(value))
}
