import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Refusal, refuse } from '../values/fault.ts'
import type { Json } from '../values/json.ts'
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
export async function jsonOf(world: World, given: string): Promise<Json> {
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
 * `field=value` pairs as an object: a field that the schema has as text stays text, any other is read as JSON where it is JSON.
 * Fault: `input.invalid`.
 */
export function fieldsOf(pairs: readonly string[], schema: Json): Record<string, Json> {
  // No schema is known of a workflow that does not exist; starting it says so.
  const properties = (schema as { readonly properties?: Readonly<Record<string, { readonly type?: Json }>> } | null)
    ?.properties
  return Object.fromEntries(
    pairs.map((pair) => {
      const cut = pair.indexOf('=')
      if (cut < 1) refuse('input.invalid', { what: `"${pair}"`, why: 'it is not of the form field=value' })
      const [field, text] = [pair.slice(0, cut), pair.slice(cut + 1)]
      return [field, properties?.[field]?.type === 'string' ? text : jsonOrText(text)]
    }),
  )
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
