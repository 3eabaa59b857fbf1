import { hash } from 'node:crypto'

/** What the store, the wire and a plan can hold: JSON, nothing else. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** Canonical JSON text: keys sorted by code unit, no white space, `undefined` members left out. Equal values give equal text. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    member !== null && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : member,
  )
}

/** SHA-256 of the canonical text, as 64 hexadecimal digits: the identity of plans, artifacts and approved content. */
export function contentHash(value: unknown): string {
  return hash('sha256', canonical(value), 'hex')
}

/** Follows `path` into a value. `undefined` when a step is missing: the caller says what that means. */
export function reach(value: Json | undefined, path: readonly string[]): Json | undefined {
  let here: Json | undefined = value
  for (const step of path) {
    if (here === null || typeof here !== 'object') return undefined
    here = (here as Readonly<Record<string, Json>>)[step]
  }
  return here
}
