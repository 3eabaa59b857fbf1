import type { Json } from '../values/json.ts'

/** A line that somebody wrote otherwise; empty where there was none, or is none any more. */
export interface ChangedLine {
  readonly from: string
  readonly to: string
}

// More is a text written anew.
const mostChanged = 40
const longestShown = 200

/** What was changed in the texts of a value, line by line, each at its place. Pure. */
export function changedLines(before: Json, after: Json): ChangedLine[] {
  const changed: ChangedLine[] = []
  compare(before, after, changed)
  return changed.slice(0, mostChanged)
}

function compare(before: Json | undefined, after: Json | undefined, changed: ChangedLine[]): void {
  if (changed.length >= mostChanged || before === after) return
  if (isObject(before) && isObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)]))
      compare(before[key], after[key], changed)
    return
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    for (let at = 0; at < Math.max(before.length, after.length); at += 1) compare(before[at], after[at], changed)
    return
  }
  changed.push(...lines(text(before), text(after)))
}

function lines(before: string, after: string): ChangedLine[] {
  const old = before.split('\n').map((line) => line.trim())
  const now = after.split('\n').map((line) => line.trim())
  const gone = old.filter((line) => line !== '' && !now.includes(line))
  const fresh = now.filter((line) => line !== '' && !old.includes(line))
  const most = Math.max(gone.length, fresh.length)
  return Array.from({ length: Math.min(most, mostChanged) }, (_none, at) => ({
    from: (gone[at] ?? '').slice(0, longestShown),
    to: (fresh[at] ?? '').slice(0, longestShown),
  }))
}

function text(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
