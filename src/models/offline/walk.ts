import type { Json } from '../../values/json.ts'

/** A value in the inputs and the way to it. `listed` is true inside an array. */
export interface Found {
  readonly key: string
  /** The key by `plainName`. */
  readonly plain: string
  readonly value: Json
  readonly depth: number
  readonly listed: boolean
}

export type Fields = Readonly<Record<string, Json>>

// Bounds for hostile inputs: 20 000 values are some 4 000 feed entries, more than an issue can use.
const mostValues = 20_000
const deepest = 16

/** All values of the inputs, the nearest first, in their order. Bounded and without recursion. */
export function walk(inputs: Json): readonly Found[] {
  const found: Found[] = [{ key: '', plain: '', value: inputs, depth: 0, listed: false }]
  for (let at = 0; at < found.length && found.length < mostValues; at += 1) {
    const { key, plain, value, depth, listed } = found[at] as Found
    if (depth >= deepest || value === null || typeof value !== 'object') continue
    const list = Array.isArray(value)
    for (const [name, member] of Object.entries(value)) {
      if (found.length >= mostValues) break
      const called = list ? { key, plain } : { key: name, plain: plainName(name) }
      found.push({ ...called, value: member as Json, depth: depth + 1, listed: listed || list })
    }
  }
  return found
}

export function isFields(value: Json | undefined): value is Fields {
  return value !== undefined && value !== null && typeof value === 'object' && !Array.isArray(value)
}

/** `sentAt`, `sent_at`, `Sent At` → `sentat`; a plural counts as its singular. */
export function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replace(/(?<=...)s$/, '')
}
