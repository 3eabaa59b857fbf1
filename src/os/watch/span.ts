import { hash } from 'node:crypto'
import type { RunId } from '../../values/id.ts'
import type { Instant } from '../../values/time.ts'

/** One finished span, whole: what an exporter needs to know of it, in the words of OpenTelemetry. */
export interface Span {
  readonly trace: string
  readonly id: string
  /** `null`: the root of its trace. */
  readonly parent: string | null
  readonly name: string
  /** `client`: somebody outside of this process was asked. */
  readonly kind: 'internal' | 'client'
  readonly start: Instant
  readonly end: Instant
  readonly attributes: Attributes
  /** Why it ended in an error: a fault's code, or what else tells kinds of errors apart. `said` only where content was asked for: a message may name a person. */
  readonly error?: { readonly code: string; readonly said?: string }
}

export type Attributes = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

/** The trace of a run: 16 bytes of a digest of its id, so that every process that works on it writes into the same one. */
export function traceOf(run: RunId): string {
  return digest(16, 'trace', run)
}

/** A span's id: 8 bytes of a digest of what it is. The run's own is that of its trace's root. */
export function spanOf(what: 'run' | 'plan' | 'attempt' | 'agent' | 'step' | 'effect' | 'gate', ...of: Part[]): string {
  return digest(8, what, ...of)
}

type Part = string | number

// All zeros would be no id at all: that a digest begins with 64 of them is not expected before the sun burns out.
function digest(bytes: number, ...parts: readonly Part[]): string {
  return hash('sha256', JSON.stringify(parts), 'hex').slice(0, 2 * bytes)
}
