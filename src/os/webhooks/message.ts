import type { StoredEvent } from '../../telemetry/event.ts'
import { isoInstant } from '../../values/time.ts'

/** What a subscriber is told of an event: `type`, `timestamp`, `data`, as Standard Webhooks have it. */
export function messageOf(event: StoredEvent, payload: 'ids' | 'full'): Buffer {
  const { seq, kind, subject, run, task, origin } = event
  const told = payload === 'full' ? { payload: event.payload } : idsIn(event.payload)
  const data = { seq, subject, run, task, origin, ...told }
  return Buffer.from(JSON.stringify({ type: kind, timestamp: isoInstant(event.at), data }), 'utf8')
}

// Of the form that our ids have, and no name that a person could have: prefix and at least 16 signs.
const ourId = /^(idn|run|tsk|gat|eff|grn|rsv|fct|ptr|hok)_[0-9a-hjkmnp-tv-z]{16,}$/

/** The ids in an event's payload, by name. All else may be personal, and is left out. */
function idsIn(payload: object | null): Record<string, string> {
  const members = Object.entries(payload ?? {}).filter(
    (member): member is [string, string] => typeof member[1] === 'string' && ourId.test(member[1]),
  )
  return Object.fromEntries(members)
}
