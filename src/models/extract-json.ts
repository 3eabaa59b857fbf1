import type { Json } from '../values/json.ts'
import { deepest } from '../values/nesting.ts'
import type { Parsed } from '../values/schema.ts'

/**
 * The first JSON object or array in what a model wrote, whatever stands around it: prose, a ```json fence. A value that is cut
 * off is not one: half an answer is none. Never throws, takes time linear in the text.
 */
export function extractJson(text: string): Parsed<Json> {
  let why = 'there is no JSON in it'
  for (let at = opening(text, 0); at !== -1; ) {
    const end = closing(text, at)
    if (typeof end === 'string') return { ok: false, why: end }
    const parsed = parsedJson(text.slice(at, end))
    if (parsed.ok) return parsed
    why = parsed.why
    at = opening(text, end)
  }
  return /^\s*(?:"|-?\d|true|false|null)/.test(text) ? parsedJson(text) : { ok: false, why }
}

function opening(text: string, from: number): number {
  const brackets = /[[{]/g
  brackets.lastIndex = from
  return brackets.exec(text)?.index ?? -1
}

/** Where the value that opens at `start` has closed, or what is wrong with it. */
function closing(text: string, start: number): number | string {
  let depth = 0
  let quoted = false
  for (let at = start; at < text.length; at += 1) {
    const char = text[at]
    if (quoted) {
      if (char === '\\') at += 1
      else if (char === '"') quoted = false
    } else if (char === '"') quoted = true
    else if (char === '{' || char === '[') depth += 1
    else if (char === '}' || char === ']') depth -= 1
    if (depth > deepest) return `it is nested deeper than ${deepest}`
    if (depth === 0) return at + 1
  }
  return 'it ends before its JSON does'
}

function parsedJson(text: string): Parsed<Json> {
  try {
    return { ok: true, value: JSON.parse(text) as Json }
  } catch (error) {
    return { ok: false, why: `its JSON is broken (${(error as Error).message.slice(0, 120)})` }
  }
}
