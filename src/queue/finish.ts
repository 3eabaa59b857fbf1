import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import type { Duration, Instant } from '../values/time.ts'
import { changeFenced, type Parts, record } from './change.ts'
import { countDown } from './count-down.ts'
import type { Claimed, Ending } from './queue.ts'

/** See `Queue.finish`. The fault of a stale fence rolls the event back too: it must leave the transaction. */
export async function finish(
  parts: Parts,
  tx: Tx,
  task: Claimed,
  ending: Ending,
  worked: Duration,
  dueAt?: (dependant: Row<'tasks'>) => Promise<Instant>,
): Promise<number> {
  const seq = await recordEnding(parts, tx, task, ending, worked)
  await changeFenced(tx, task, eventOf(ending, seq, parts.clock.now(), worked))
  if (ending.kind === 'done') await countDown(parts, tx, task.id, dueAt)
  const readyAgain = ending.kind === 'retried' || ending.kind === 'postponed'
  // A keyed task leaves its place to the next of its key.
  if (readyAgain || (task.queue_key !== null && task.queue_key in parts.limits.keys)) parts.wake.afterCommit(tx)
  return seq
}

function recordEnding(parts: Parts, tx: Tx, task: Claimed, ending: Ending, worked: Duration): Promise<number> {
  const { fence } = task
  // A fault quotes what servers and models said: external.
  switch (ending.kind) {
    case 'done':
      return record(parts, tx, task, 'task.done', { ...ending.outcome, fence, worked }, ending.origin)
    case 'failed':
      return record(parts, tx, task, 'task.failed', { fence, fault: ending.fault, worked }, 'external')
    case 'retried':
    case 'postponed': {
      const { dueAt, fault } = ending
      return record(parts, tx, task, `task.${ending.kind}`, { fence, dueAt, fault, worked }, 'external')
    }
    case 'held':
      return record(parts, tx, task, 'task.held', { fence, gate: ending.gate, worked })
    case 'spread':
      if (ending.needs < 1) throw new RangeError('a task that spreads waits for at least one other')
      return record(parts, tx, task, 'task.spread', { fence, needs: ending.needs, worked })
    default:
      return ending satisfies never
  }
}

function eventOf(ending: Ending, outcome: number, at: Instant, worked: Duration) {
  switch (ending.kind) {
    case 'done':
    case 'failed':
      return { kind: ending.kind, outcome, at, worked }
    case 'retried':
    case 'postponed':
      return { kind: ending.kind, dueAt: ending.dueAt, worked }
    case 'held':
      return { kind: ending.kind, gate: ending.gate, worked }
    case 'spread':
      return { kind: ending.kind, needs: ending.needs, worked }
    default:
      return ending satisfies never
  }
}
