import { refuse } from '../values/fault.ts'

/** 8 MiB is some 100 000 contacts with a few columns; parsed they take about 100 MB of memory. */
export const maxFileBytes = 8 * 1024 * 1024

/** What a file of contacts is made of. */
export type FileFormat = 'csv' | 'vcard'

/**
 * The text of a file of contacts: UTF-8, or UTF-16 with its mark. Takes a text as well, when something else has decoded it.
 * Faults: `input.too-large`, `csv.unreadable` or `vcard.unreadable` with the line where another encoding shows.
 */
export function fileText(source: string, content: string | Uint8Array, format: FileFormat): string {
  const bytes = typeof content === 'string' ? Buffer.byteLength(content) : content.byteLength
  if (bytes > maxFileBytes) {
    refuse('input.too-large', { what: source, size: megabytes(bytes), limit: megabytes(maxFileBytes) })
  }
  const text = typeof content === 'string' ? content.replace(/^\ufeff/, '') : decode(source, content, format)
  const strange = text.search(/[\0\ufffd]/)
  if (strange >= 0) {
    const file = { csv: 'a CSV', vcard: 'a vCard' }[format]
    const why =
      text[strange] === '\0' ? `it contains a NUL; is this ${file} file?` : 'letters were lost on the way here'
    refuse(`${format}.unreadable`, { path: source, line: linesUntil(text.slice(0, strange)), why })
  }
  return text
}

function decode(source: string, bytes: Uint8Array, format: FileFormat): string {
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
    const why = { csv: 'it is not UTF-8; save it as "CSV UTF-8"', vcard: 'it is not UTF-8' }[format]
    return refuse(`${format}.unreadable`, { path: source, line, why })
  }
}

function linesUntil(before: string): number {
  return before.split(/\r\n|\r|\n/).length
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`
}
