import { type Instant, instant } from '../../values/time.ts'

// The longest that is one has some 60 characters. A feed may say megabytes, and these expressions would take hours for them.
const longest = 200

/** A date as feeds write it (RFC 822, RFC 3339 and what comes near), or null. Without a zone it is taken as UTC. */
export function parseDate(text: string | undefined): Instant | null {
  const trimmed = text?.trim().slice(0, longest).replace(/\s+/g, ' ') ?? ''
  if (trimmed === '') return null
  const ms = Date.parse(withZone(trimmed))
  return Number.isFinite(ms) && ms >= 0 ? instant(ms) : null
}

// Date.parse takes a time without a zone as local time; a feed means the same instant on every machine. A full ISO date alone is UTC.
function withZone(text: string): string {
  const unnamed = text.replace(/^[\p{L}.]+, ?/u, '').replace(/ UT$/i, ' GMT')
  if (!/\d:\d\d/.test(unnamed)) return /^\d{4}-\d\d?-\d\d?$/.test(unnamed) ? `${unnamed}T00:00Z` : `${unnamed} GMT`
  if (/(Z|[A-Z]{2,4}|[+-]\d\d:?\d\d)(?: \([^)]*\))?$/i.test(unnamed)) return unnamed
  return /^\d{4}-\d\d-\d\d[ T]/.test(unnamed) ? `${unnamed.replace(' ', 'T')}Z` : `${unnamed} GMT`
}
