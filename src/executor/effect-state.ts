import type { Row } from '../store/tables.ts'

export type EffectState = Row<'effects'>['state']

/**
 * What can happen to an effect. `tried` is another call under the same key; it changes no state. `doubted`: a copy of the company was made
 * while it had no outcome, which the first company may have learned since.
 */
export type EffectEvent = 'tried' | 'done' | 'refused' | 'unknown' | 'undone' | 'doubted'

/** The state after the event, or `undefined` when this cannot happen: what is settled stays settled. */
export function next(state: EffectState, event: EffectEvent): EffectState | undefined {
  switch (event) {
    case 'tried':
      return state === 'intended' || state === 'unknown' ? state : undefined
    case 'done':
    case 'refused':
      return state === 'intended' || state === 'unknown' ? event : undefined
    case 'unknown':
      return state === 'intended' ? 'unknown' : undefined
    case 'doubted':
      return state === 'intended' || state === 'unknown' ? 'unknown' : undefined
    case 'undone':
      return state === 'done' ? 'undone' : undefined
    default:
      return event satisfies never
  }
}
