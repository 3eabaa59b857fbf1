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
  /** The release that ended it is taken back. */
  | { readonly kind: 'resumed'; readonly to: 'running' | 'proposed' }

/** The state after an event; `undefined` where this state does not admit it. Pure. */
export function next(state: TrialState, event: TrialEvent): TrialState | undefined {
  switch (state) {
    case 'running':
      return event.kind === 'resumed' ? undefined : event.kind
    case 'proposed':
      return event.kind === 'resumed' || event.kind === 'proposed' ? undefined : event.kind
    case 'promoted':
    case 'withdrawn':
    case 'stopped':
      return event.kind === 'resumed' ? event.to : undefined
    case 'inconclusive':
      return undefined
    default:
      return state satisfies never
  }
}
