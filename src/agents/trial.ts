import type { Row } from '../store/tables.ts'

/** A new version of an agent at trial, against the one that did the work until now. */
export type Trial = Row<'trials'>
export type TrialState = Trial['state']

/** What moves a trial. */
export type TrialEvent =
  | { readonly kind: 'proposed' }
  | { readonly kind: 'promoted' }
  | { readonly kind: 'withdrawn' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'inconclusive' }

/** The state after an event; `undefined` where this state does not admit it. Pure. */
export function next(state: TrialState, { kind }: TrialEvent): TrialState | undefined {
  switch (state) {
    case 'running':
      return kind
    case 'proposed':
      return kind === 'proposed' ? undefined : kind
    case 'promoted':
    case 'withdrawn':
    case 'stopped':
    case 'inconclusive':
      return undefined
    default:
      return state satisfies never
  }
}
