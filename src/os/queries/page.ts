import { refuse } from '../../values/fault.ts'

/** A page of a list, and where the next one begins. */
export interface Page<T> {
  readonly items: T[]
  readonly next: string | null
}

export interface Paging {
  readonly limit: number
  readonly cursor?: string | undefined
}

/** The place in a list ordered by a number and then by id, as text. */
export function cursorAt(number: number, id: string): string {
  return `${number}.${id}`
}

/** Reads what `cursorAt` wrote. Fault: `input.invalid`. */
export function readCursor(cursor: string | undefined): { readonly number: number; readonly id: string } | undefined {
  if (cursor === undefined) return undefined
  const [, number, id] = /^(\d+)\.(\w+)$/.exec(cursor) ?? []
  if (number === undefined || id === undefined) {
    refuse('input.invalid', { what: 'The cursor', why: 'it is not the "next" of a page' })
  }
  return { number: Number(number), id }
}

/** Makes a page of rows that were read one beyond the limit. */
export function pageOfRows<R, T>(
  rows: readonly R[],
  paging: Paging,
  place: (row: R) => string,
  items: readonly T[],
): Page<T> {
  const last = rows[paging.limit - 1]
  return { items: items.slice(0, paging.limit), next: rows.length > paging.limit && last ? place(last) : null }
}
