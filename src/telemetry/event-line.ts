import { type Json, reach } from '../values/json.ts'
import { isoInstant } from '../values/time.ts'
import type { Level } from './catalogue/entry.ts'
import type { StoredEvent } from './event.ts'
import { eventCatalogue } from './event-catalogue.ts'

/** A line of a log as data. It holds no text that a person wrote: what an event says in full stands in the journal. */
export interface LogLine {
  readonly at: string
  readonly level: Level
  /** An event's kind, or `soloist.started`, `soloist.stopped`, `soloist.fault`. */
  readonly kind: string
  readonly says: string
  readonly seq?: number
  readonly run?: string
  readonly task?: string
  readonly subject?: string
}

/** The line of an event. */
export function lineOf(event: StoredEvent): LogLine {
  const { level, says } = eventCatalogue[event.kind]
  return {
    at: isoInstant(event.at),
    level,
    kind: event.kind,
    says: fill(says, event.payload as Json),
    seq: event.seq,
    ...(event.run === null ? {} : { run: event.run }),
    ...(event.task === null ? {} : { task: event.task }),
    subject: event.subject,
  }
}

/** A line as a person reads it. */
export function textLine({ at, level, kind, says, run, task }: LogLine): string {
  const about = [run, task].filter((id) => id !== undefined).join(' ')
  return `${at} ${level.padEnd(7)} ${kind.padEnd(20)} ${says}${about === '' ? '' : `  (${about})`}`
}

function fill(says: string, payload: Json): string {
  return says.replace(/\{([\w.]+)\}/g, (_braces, path: string) => {
    const value = at(payload, path.split('.'))
    return value === undefined || value === null ? 'something' : String(value)
  })
}

function at(payload: Json, path: readonly string[]): unknown {
  if (path.at(-1) !== 'length') return reach(payload, path)
  const list = reach(payload, path.slice(0, -1))
  return Array.isArray(list) ? list.length : undefined
}
