import type { Row } from '../store/tables.ts'
import type { GateEvent, GateState, Verdict } from './gate.ts'

/** The state after an event, or `undefined` where it cannot happen: a gate is answered once. Reads no clock and no database. */
export function next(state: GateState, event: GateEvent): GateState | undefined {
  switch (state) {
    case 'open':
      return event
    case 'approved':
    case 'edited':
    case 'returned':
    case 'rejected':
    case 'expired':
      return undefined
    default:
      return state satisfies never
  }
}

export type GateReason = Row<'gates'>['reason']

/** True where this verdict makes sense for a gate of this reason: only content can be edited, only work can be sent back. */
export function takes(reason: GateReason, verdict: Verdict['verdict']): boolean {
  switch (verdict) {
    case 'approved':
    case 'rejected':
      return true
    case 'edited':
      return reason === 'review' || reason === 'policy'
    case 'returned':
      return reason === 'review' || reason === 'policy' || reason === 'graft'
    default:
      return verdict satisfies never
  }
}
