import { z } from 'zod'
import type { Json } from '../../values/json.ts'
import { isDeep } from '../../values/nesting.ts'
import { parse } from '../../values/schema.ts'

/** What code may ask for. What it is granted of that is not known here. */
export type Wish = z.infer<typeof wish>

/** What a process in the sandbox says, one line each. */
export type Message = z.infer<typeof message>

/** A megabyte: the output of an agent is text for people, and parsing a line of this length takes some 10 ms of the control plane. */
export const longestLine = 2 ** 20
// Nobody's data is nested deeper, and whatever walks it further on may recurse.
const deepest = 64
const longestText = 2000

const value = z.custom<Json>((given) => given !== undefined)
const wish = z.discriminatedUnion('what', [
  z.strictObject({
    what: z.literal('model'),
    ask: z.string().min(1).max(100_000),
    data: z.record(z.string(), value).optional(),
    output: z.record(z.string(), value).optional(),
  }),
  z.strictObject({ what: z.literal('act'), action: z.string().max(200), input: value }),
  z.strictObject({ what: z.literal('recall'), words: z.string().max(longestText).optional() }),
])
const message = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ready') }),
  z.strictObject({ kind: z.literal('wish'), id: z.int().positive(), wish }),
  z.strictObject({ kind: z.literal('log'), text: z.string() }),
  z.strictObject({ kind: z.literal('done'), output: value }),
  z.strictObject({ kind: z.literal('threw'), why: z.string() }),
])

type Read = { readonly ok: true; readonly message: Message } | { readonly ok: false; readonly why: string }

/**
 * Reads a line of a process that may be hostile. What is nested too deep is refused before it is parsed, for whatever walks it later
 * may recurse; so is a name that means something to JavaScript's own objects.
 */
export function readMessage(line: string): Read {
  if (isDeep(line, deepest)) return { ok: false, why: `it said something nested deeper than ${deepest}` }
  let said: unknown
  try {
    said = JSON.parse(line)
  } catch {
    return { ok: false, why: 'it said something that is no JSON' }
  }
  if (hasProto(said)) return { ok: false, why: 'it said something with a member "__proto__"' }
  const parsed = parse(message, said)
  return parsed.ok
    ? { ok: true, message: parsed.value }
    : { ok: false, why: `it said something unknown: ${parsed.why}` }
}

function hasProto(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return false
  return Object.hasOwn(value, '__proto__') || Object.values(value).some(hasProto)
}
