import { refuse } from '../values/fault.ts'
import { factKey, maxFactLength } from './fact.ts'
import type { MemberStatus } from './membership.ts'
import { type Handle, parseHandle } from './normalise.ts'
import { isStatusColumn, rowStatus } from './row-status.ts'
import { plainWord, shown, wrongWithName } from './text.ts'

/** A contact as a row or a card of a file names it, checked and normalised. */
export interface ContactRow {
  readonly line: number
  readonly kind: 'person' | 'organisation'
  /** All names of it that are its own: addresses, phones, ids. At least one. */
  readonly handles: readonly Handle[]
  /** The first of its addresses. */
  readonly email: string | undefined
  /** As given, or put together of first and last name, or the address itself. */
  readonly name: string
  /** As the file's status columns say; `active` where it has none. */
  readonly status: MemberStatus
  /** None for who left: an address that gets no mail, and a name, are all that is needed of them. */
  readonly facts: ReadonlyMap<string, string>
}

/** Each address is in `rows` once. Who left stands before who did not, so that an import never mails them in between. */
export interface ReadContacts {
  readonly rows: readonly ContactRow[]
  readonly refused: readonly RefusedRow[]
}

/** More addresses and phones than anyone has are a mistake of what made the file. */
export const maxRowHandles = 50

export interface RefusedRow {
  readonly line: number
  readonly why: string
}

/** Which column is what. Every other column with a name becomes a fact. */
export interface Header {
  readonly email: number
  readonly name: number | undefined
  readonly first: number | undefined
  readonly last: number | undefined
  /** The columns that say who is a member and who left. */
  readonly status: readonly { readonly index: number; readonly head: string }[]
  /** The facts' keys by column; `undefined` for a column that is none. */
  readonly keys: readonly (string | undefined)[]
}

const maxColumns = 50

/** Reads a header, lenient in how its columns are called. Faults: `csv.unreadable`, `input.too-large`. */
export function readHeader(source: string, line: number, cells: readonly string[]): Header {
  if (cells.length > maxColumns) {
    const size = `${cells.length} columns`
    refuse('input.too-large', { what: `The header of ${source}`, size, limit: `${maxColumns} columns` })
  }
  const email = emailColumn(cells)
  if (email < 0) {
    const why = `no column is called "email" (there are: ${cells.map((cell) => shown(cell.trim())).join(', ')})`
    refuse('csv.unreadable', { path: source, line, why })
  }
  const name = column(cells, nameHeads)
  const status = cells.map((head, index) => ({ index, head })).filter(({ head }) => isStatusColumn(head))
  const taken = new Set([email, name, ...status.map(({ index }) => index)])
  const keys = cells.map((cell, index) => (taken.has(index) ? undefined : factKey(cell) || undefined))
  const named = keys.filter((key) => key !== undefined)
  const twice = named.find((key, index) => named.indexOf(key) !== index)
  if (twice !== undefined) refuse('csv.unreadable', { path: source, line, why: `two columns are called "${twice}"` })
  return { email, name, first: column(cells, firstHeads), last: column(cells, lastHeads), status, keys }
}

/** The index of the column with the address, or -1. */
export function emailColumn(cells: readonly string[]): number {
  return column(cells, emailHeads) ?? -1
}

/** A contact, why there is none, or `undefined` for a row of empty cells. Never throws. */
export function contactRow(
  header: Header,
  cells: readonly string[],
  line: number,
): ContactRow | RefusedRow | undefined {
  if (cells.every((cell) => cell.trim() === '')) return undefined
  const beyond = cells.slice(header.keys.length).some((cell) => cell.trim() !== '')
  if (beyond) return { line, why: `it has ${cells.length} cells, and the header has ${header.keys.length}` }
  const cell = (index: number | undefined): string => (index === undefined ? '' : (cells[index] ?? '').trim())
  if (cell(header.email) === '') return { line, why: 'it has no address' }
  const handle = parseHandle(`email:${cell(header.email)}`)
  if (!handle.ok) return { line, why: `"${shown(cell(header.email))}" is no address: ${handle.why}` }
  const email = handle.value.value
  const said = rowStatus(header.status.map(({ index, head }) => ({ head, cell: cell(index) })))
  if ('why' in said) return { line, why: said.why }
  const { status } = said
  const name = (cell(header.name) || `${cell(header.first)} ${cell(header.last)}`.trim() || email).normalize('NFC')
  const wrong = name === email ? undefined : wrongWithName(name)
  const contact = { line, email, status, kind: 'person' as const, handles: [handle.value] }
  // That they left holds, whatever else is wrong with the row.
  if (status !== 'active') return { ...contact, name: wrong === undefined ? name : email, facts: new Map() }
  if (wrong !== undefined) return { line, why: `the name "${shown(name)}" cannot be kept: ${wrong}` }
  const facts = factsOf(header, cell)
  return 'why' in facts ? { line, why: facts.why } : { ...contact, name, facts }
}

function factsOf(
  header: Header,
  cell: (index: number) => string,
): ReadonlyMap<string, string> | { readonly why: string } {
  const facts = new Map<string, string>()
  for (const [index, key] of header.keys.entries()) {
    const value = cell(index)
    if (key === undefined || value === '') continue
    if (JSON.stringify(value).length > maxFactLength)
      return { why: `"${key}" is longer than ${maxFactLength} characters` }
    if (control.test(value)) return { why: `"${key}" contains control characters` }
    facts.set(key, value)
  }
  return facts
}

// Letters and digits of what exports of spreadsheets and newsletter services write over these columns.
const emailHeads = new Set(['email', 'emailaddress', 'mail', 'mailaddress', 'emailadresse', 'subscriberemail'])
const nameHeads = new Set(['name', 'fullname', 'displayname'])
const firstHeads = new Set(['firstname', 'givenname', 'vorname'])
const lastHeads = new Set(['lastname', 'familyname', 'surname', 'nachname'])
// All but tab, line feed and carriage return, which a cell of several lines has.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const control = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/

function column(cells: readonly string[], heads: ReadonlySet<string>): number | undefined {
  const index = cells.findIndex((cell) => heads.has(plainWord(cell)))
  return index < 0 ? undefined : index
}
