import { catalogue } from './catalogue.ts'

export type FaultCode = keyof typeof catalogue
export type Retry = 'now' | 'later' | 'never'

/** What went wrong in operation, as a value. `next` says what the system will do, or what the operator can. */
export interface Fault {
  readonly code: FaultCode
  readonly message: string
  readonly retry: Retry
  readonly next: string
  /** What the message was made of, for machines. Never a secret, never personal text beyond what the message shows. */
  readonly about: Readonly<Record<string, string>>
}

/** Makes a fault from the catalogue. The compiler demands each name in braces of its text, and no other. */
export function fault<C extends FaultCode>(code: C, about: About<C>): Fault {
  const entry = catalogue[code]
  const words: Readonly<Record<string, string>> = Object.fromEntries(
    Object.entries(about).map(([name, value]) => [name, String(value)]),
  )
  return { code, retry: entry.retry, message: fill(entry.says, words), next: fill(entry.next, words), about: words }
}

/** Carries a fault up to the border that turns it into an answer. The only thing that operating code throws. */
export class Refusal extends Error {
  readonly fault: Fault
  constructor(refused: Fault) {
    super(`${refused.code}: ${refused.message}`)
    this.name = 'Refusal'
    this.fault = refused
  }
}

/** Throws the fault. */
export function refuse<C extends FaultCode>(code: C, about: About<C>): never {
  throw new Refusal(fault(code, about))
}

/** The fault in what was caught; anything else is a programmer's error and is thrown on. */
export function faultIn(caught: unknown): Fault {
  if (caught instanceof Refusal) return caught.fault
  throw caught
}

/** True for a fault that arrived as a value, from a union or from JSON. */
export function isFault(value: unknown): value is Fault {
  return typeof value === 'object' && value !== null && 'code' in value && 'next' in value && 'retry' in value
}

type Names<S extends string> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never
export type About<C extends FaultCode> = {
  readonly [N in Names<(typeof catalogue)[C]['says']> | Names<(typeof catalogue)[C]['next']>]: string | number
}

function fill(text: string, words: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => words[name] ?? whole)
}
