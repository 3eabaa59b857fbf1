import type { Line, Source } from '../memory/line.ts'
import type { Json } from '../values/json.ts'

/** The lines of memory that an agent is given, and how many did not fit. */
export interface Remembered {
  readonly lines: readonly MarkedLine[]
  readonly left: number
}

/** A line under the mark by which an answer or a reader names it: `m3`. */
export interface MarkedLine extends Line {
  readonly mark: string
  /** When it happened, as the operator's calendar has it: `2026-03-01`. */
  readonly day: string | null
}

// What stands before the block in a prompt; the offline model finds it by that.
const memoryHeading = 'Memory:'

/**
 * The lines as a block of data: one line of JSON each, so that no text of theirs can end its line or the block. `safe` keeps what a
 * fence is made of out of JSON.
 */
export function remembered({ lines, left }: Remembered, safe: (json: string) => string): string {
  const rows = lines.map((line) => safe(JSON.stringify(shownLine(line))))
  const more = left === 0 ? '' : `\n(${left} more did not fit.)`
  const list = rows.length === 0 ? '[]' : `[\n${rows.join(',\n')}\n]`
  return `${memoryHeading}\n\`\`\`json\n${list}\n\`\`\`${more}`
}

/** `task.done 412`, `rules.md # Corrections`, `kept as theme`. */
export function sourceName(source: Source): string {
  switch (source.tier) {
    case 'history':
      return `${source.kind} ${source.seq}`
    case 'knowledge':
      return source.heading === null ? source.path : `${source.path} # ${source.heading}`
    case 'working':
      return `kept as ${source.key}`
    default:
      return source satisfies never
  }
}

function shownLine({ mark, day, origin, source, text }: MarkedLine): Json {
  return { mark, day, from: sourceName(source), origin, text }
}
