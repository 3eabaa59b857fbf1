import type { TaskEvent } from '../../src/queue/task.ts'
import type { Told } from './told.ts'

/** What an event of the journal says to `next` of the task that it is about; nothing where it is about others. */
export function taskEvent(event: Told): TaskEvent | undefined {
  const { at, seq } = event
  switch (event.kind) {
    case 'task.ready':
      return { kind: 'need-met', dueAt: event.payload.dueAt }
    case 'task.claimed':
      return { kind: 'claimed', owner: event.payload.owner, leaseUntil: event.payload.leaseUntil }
    case 'task.lost':
      return { kind: 'lost', dueAt: at }
    case 'task.retried':
      return { kind: 'retried', dueAt: event.payload.dueAt, worked: event.payload.worked }
    case 'task.postponed':
      return { kind: 'postponed', dueAt: event.payload.dueAt, worked: event.payload.worked }
    case 'task.held':
      return { kind: 'held', gate: event.payload.gate, worked: event.payload.worked }
    case 'task.resumed':
      return { kind: 'resumed', dueAt: event.payload.dueAt }
    case 'task.spread':
      return { kind: 'spread', needs: event.payload.needs, worked: event.payload.worked }
    case 'task.returned':
      return { kind: 'returned', needs: event.payload.needs }
    case 'task.reworked':
      return { kind: 'reworked', dueAt: event.payload.dueAt }
    case 'task.revived':
      return { kind: 'revived', dueAt: event.payload.dueAt }
    case 'task.called':
      return { kind: 'called', dueAt: event.payload.dueAt }
    case 'task.restarted':
      return { kind: 'restarted', dueAt: event.payload.dueAt }
    case 'task.done':
      return { kind: 'done', outcome: seq, at, worked: event.payload.worked }
    case 'task.failed':
      return { kind: 'failed', outcome: seq, at, worked: event.payload.worked }
    case 'task.skipped':
      return { kind: 'skipped', at }
    case 'task.cancelled':
      return { kind: 'cancelled', at }
    default:
      return undefined
  }
}
