import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Refusal, refuse } from '../values/fault.ts'
import type { Json } from '../values/json.ts'
import { didYouMean } from '../values/nearest.ts'
import type { World } from './world.ts'

/** Text out of a file, or of standard input for `-`. Fault: `input.unknown`. */
export async function textOf(world: World, source: string): Promise<string> {
  return source === '-' ? world.readAll() : (await bytesOf(world, source)).toString('utf8')
}

/** A file as it is. Fault: `input.unknown`. */
export async function bytesOf(world: World, source: string): Promise<Buffer> {
  const path = resolve(world.cwd, source)
  if (!existsSync(path)) refuse('input.unknown', { kind: 'file', name: source, nearest: '', command: 'ls' })
  return readFile(path)
}

/** JSON given in place, as `@file`, or as `-` for standard input. Faults: `input.not-json`, `input.unknown`. */
async function jsonOf(world: World, given: string): Promise<Json> {
  const source = given.startsWith('@') ? given.slice(1) : given === '-' ? '-' : undefined
  return asJson(source === undefined ? given : await textOf(world, source), source ?? 'The input')
}

/** Fault: `input.not-json`. */
export function asJson(text: string, source: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    refuse('input.not-json', { source, why: error.message })
  }
}

/**
 * The input of a workflow as it was typed: the whole of it, with `field=value` pairs over it. A pair whose field the schema has as
 * text stays text, any other is read as JSON where it is JSON. Faults: `input.not-json`, `input.unknown`, `input.invalid`.
 */
export async function inputOf(
  world: World,
  whole: string | undefined,
  pairs: readonly string[],
  { name: workflow, schema }: { readonly name: string; readonly schema: Json },
): Promise<Json> {
  const given = whole === undefined ? {} : await jsonOf(world, whole)
  const input = pairs.length === 0 ? given : { ...(given as object), ...fieldsOf(pairs, schema) }
  // No schema is known of a workflow that does not exist; starting it says so.
  if (schema !== null) demandFields(workflow, input, schema as Described)
  return input
}

interface Described {
  readonly properties?: Readonly<Record<string, { readonly type?: Json }>>
  readonly additionalProperties?: Json
}

/** `field=value` pairs as an object. Fault: `input.invalid`. */
export function fieldsOf(pairs: readonly string[], schema: Json): Record<string, Json> {
  const properties = (schema as Described | null)?.properties
  return Object.fromEntries(
    pairs.map((pair) => {
      const cut = pair.indexOf('=')
      if (cut < 1) refuse('input.invalid', { what: `"${pair}"`, why: 'it is not of the form field=value' })
      const [field, text] = [pair.slice(0, cut), pair.slice(cut + 1)]
      return [field, properties?.[field]?.type === 'string' ? text : jsonOrText(text)]
    }),
  )
}

/** A schema drops what it does not know: a field that a person misspells would be gone, and the run begun without it. */
function demandFields(workflow: string, input: Json, { properties, additionalProperties = false }: Described): void {
  if (properties === undefined || additionalProperties !== false) return
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return
  const known = Object.keys(properties)
  for (const field of Object.keys(input)) {
    if (known.includes(field)) continue
    const near = didYouMean(field, known) || ` It takes ${known.join(', ') || 'none'}.`
    refuse('input.unknown', {
      kind: `field of ${workflow}`,
      name: field,
      nearest: near,
      command: `soloist plan ${workflow}`,
    })
  }
}

/** A value as it is typed: JSON where it reads as that, else the text itself. */
export function jsonOrText(text: string): Json {
  try {
    return asJson(text, '')
  } catch (error) {
    if (error instanceof Refusal) return text
    throw error
  }
}
