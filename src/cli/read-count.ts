import { refuse } from '../values/fault.ts'

/** A whole number of things as it is typed. Fault: `input.invalid`. */
export function readCount(text: string, things: string): number {
  if (/^\d{1,7}$/.test(text)) return Number(text)
  return refuse('input.invalid', { what: `"${text}"`, why: `it is not a number of ${things}` })
}
