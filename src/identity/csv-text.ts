import { refuse } from '../values/fault.ts'

/** 8 MiB is some 100 000 contacts with a few columns; parsed they take about 100 MB of memory. */
export const maxCsvBytes = 8 * 1024 * 1024

/**
 * A CSV file's text: UTF-8, or UTF-16 with its mark. Takes a text as well, when something else has decoded it.
 * Faults: `input.too-large`, `csv.unreadable` with the line where another encoding shows.
 */
export function csvText(source: string, content: string | Uint8Array): string {
  const bytes = typeof content === 'string' ? Buffer.byteLength(content) : content.byteLength
  if (bytes > maxCsvBytes) {
    refuse('input.too-large', { what: source, size: megabytes(bytes), limit: megabytes(maxCsvBytes) })
  }
  const text = typeof content === 'string' ? content.replace(/^\ufeff/, '') : decode(source, content)
  const strange = text.search(/[\0\ufffd]/)
  if (strange >= 0) {
    const why = text[strange] === '\0' ? 'it contains a NUL; is this a CSV file?' : 'letters were lost on the way here'
    refuse('csv.unreadable', { path: source, line: linesUntil(text.slice(0, strange)), why })
  }
  return text
}

function decode(source: string, bytes: Uint8Array): string {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    // The lenient decoder marks the first byte that is not UTF-8; all before it is whole, so its lines can be counted.
    const lenient = new TextDecoder('utf-8').decode(bytes)
    const line = linesUntil(lenient.slice(0, Math.max(0, lenient.indexOf('\ufffd'))))
    return refuse('csv.unreadable', { path: source, line, why: 'it is not UTF-8; save it as "CSV UTF-8"' })
  }
}

function linesUntil(before: string): number {
  return before.split(/\r\n|\r|\n/).length
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`
}
