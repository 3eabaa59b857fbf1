import { Readable } from 'node:stream'
import { CsvError, type Info, parse } from 'csv-parse'
import { refuse } from '../values/fault.ts'
import {
  type ContactRow,
  contactRow,
  emailColumn,
  type Header,
  type ReadContacts,
  type RefusedRow,
  readHeader,
} from './contact-row.ts'
import { eachOnce } from './each-once.ts'

/** More rows are refused before anything is imported; see `maxFileBytes`. */
const maxRows = 100_000

/**
 * Reads the whole of a CSV text before anyone acts on it. The separator may be a comma, a semicolon or a tab. Lines of the file
 * count from 1. Every cell is text and nothing else. Faults: `csv.unreadable`, `input.too-large`.
 */
export async function readContacts(source: string, text: string): Promise<ReadContacts> {
  const rows: ContactRow[] = []
  const refused: RefusedRow[] = []
  let header: Header | undefined
  for await (const { cells, line } of records(source, text)) {
    if (!header) {
      header = readHeader(source, line, cells)
      continue
    }
    if (rows.length + refused.length === maxRows) {
      refuse('input.too-large', { what: source, size: `more than ${maxRows} rows`, limit: `${maxRows} rows` })
    }
    const read = contactRow(header, cells, line)
    if (read === undefined) continue
    if ('why' in read) refused.push(read)
    else rows.push(read)
  }
  if (!header) refuse('csv.unreadable', { path: source, line: 1, why: 'it is empty' })
  return eachOnce(rows, refused)
}

interface Line {
  readonly cells: readonly string[]
  /** Where it begins. */
  readonly line: number
}

// Parsed in pieces, so that a large file does not stop everything else for a second.
const pieceBytes = 64 * 1024
// A quotation mark that is never closed would swallow the rest of the file as one cell.
const maxRecordBytes = 256 * 1024

async function* records(source: string, text: string): AsyncGenerator<Line> {
  // How far the parser is, which runs ahead of the loop: what it has read but not handed out is lost when it fails.
  let parsed = 0
  const parser = Readable.from(pieces(Buffer.from(text, 'utf8'))).pipe(
    parse({
      delimiter: separatorOf(text),
      info: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      max_record_size: maxRecordBytes,
      on_record: (record: string[], { lines }) => {
        parsed = lines
        return record
      },
    }),
  )
  let line = 1
  let empty = 0
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
      // `lines` is where the record ended; the next begins on the line after, or after the empty ones between.
      yield { cells: record, line: line + info.empty_lines - empty }
      line = info.lines + 1
      empty = info.empty_lines
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    refuse('csv.unreadable', { path: source, line: parsed + 1, why: reasons[error.code] ?? error.message })
  }
}

const reasons: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quotation mark opens a cell and none closes it',
  CSV_MAX_RECORD_SIZE: 'the row does not end; is a quotation mark missing?',
}

function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
}

function separatorOf(text: string): string {
  const head =
    text
      .slice(0, pieceBytes)
      .trimStart()
      .split(/[\r\n]/, 1)[0] ?? ''
  const fitting = [',', ';', '\t'].filter((separator) => emailColumn(head.split(separator)) >= 0)
  return fitting.sort((a, b) => head.split(b).length - head.split(a).length)[0] ?? ','
}
