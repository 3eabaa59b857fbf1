import type { Row } from '../store/tables.ts'

export type RunState = Row<'runs'>['state']

/** What can happen to a run. */
export type RunEvent = 'held' | 'resumed' | 'done' | 'failed' | 'cancelled' | 'undoing' | 'undo-held' | 'undone'

/** The state after the event, or `undefined` when this cannot happen. Reads no clock and no database. */
export function next(state: RunState, event: RunEvent): RunState | undefined {
  const alive = state === 'running' || state === 'held'
  switch (event) {
    case 'held':
      return state === 'running' ? 'held' : undefined
    case 'resumed':
      if (state === 'held' || state === 'failed') return 'running'
      return state === 'undo-held' ? 'undoing' : undefined
    case 'done':
    case 'failed':
    case 'cancelled':
      return alive ? event : undefined
    case 'undoing':
      return state === 'undone' || state === 'undoing' || state === 'undo-held' ? undefined : 'undoing'
    case 'undo-held':
      return state === 'undoing' ? 'undo-held' : undefined
    case 'undone':
      return state === 'undoing' ? 'undone' : undefined
    default:
      return event satisfies never
  }
}

/** Which kinds of task a run has, seen as a whole. */
export interface Tasks {
  readonly active: boolean
  readonly held: boolean
  readonly failed: boolean
  readonly waiting: boolean
}

/** What the tasks say about a run that is in this state: the event that is due, or none. */
export function dueEvent(state: RunState, tasks: Tasks): RunEvent | undefined {
  if (state === 'undoing' || state === 'undo-held') {
    if (tasks.active) return state === 'undo-held' ? 'resumed' : undefined
    if (tasks.held || tasks.failed) return state === 'undoing' ? 'undo-held' : undefined
    return state === 'undoing' ? 'undone' : undefined
  }
  if (state !== 'running' && state !== 'held') return undefined
  if (tasks.active) return state === 'held' ? 'resumed' : undefined
  if (tasks.held) return state === 'running' ? 'held' : undefined
  // What still waits now waits for something that failed or was cancelled.
  return tasks.failed || tasks.waiting ? 'failed' : 'done'
}
