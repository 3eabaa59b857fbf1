import type { Store } from '../store/store.ts'
import type { Journal } from '../telemetry/journal.ts'
import type { Clock } from '../values/time.ts'
import { add, insertNeeds } from './add.ts'
import { cancel } from './cancel.ts'
import type { Parts } from './change.ts'
import { claim } from './claim.ts'
import { finish } from './finish.ts'
import { abandon, assertFence, expired, heartbeat, lose } from './lease.ts'
import { nextDue } from './next-due.ts'
import type { Limits, Queue } from './queue.ts'
import { call, restart, resume, revive } from './resume.ts'
import { sendBack } from './send-back.ts'
import { giveUp, skip, waive } from './skip.ts'
import { openWake } from './wake.ts'

/** What a queue stands on. `wakeFile` is one file that all processes of the company share; it is made when it is missing. */
export interface QueueOptions {
  readonly store: Store
  readonly journal: Journal
  readonly clock: Clock
  readonly limits: Limits
  readonly wakeFile: string
}

/** The queue in the company's store: tasks are its rows, and each verb is a file beside this one. Fault: `store.unwritable`. */
export function openQueue({ store, journal, clock, limits, wakeFile }: QueueOptions): Queue {
  const wake = openWake(wakeFile)
  const parts: Parts = { store, journal, clock, limits, wake }
  return {
    add: (tx, tasks) => add(parts, tx, tasks),
    addNeeds: (tx, task, needs) =>
      insertNeeds(
        tx,
        needs.map((need) => ({ task_id: task, needs_id: need })),
      ),
    giveUp: (tx, task) => giveUp(parts, tx, task),
    waive: (tx, task, need) => waive(parts, tx, task, need),
    claim: (tx, ask) => claim(parts, tx, ask),
    heartbeat: (tx, task, fence, lease) => heartbeat(parts, tx, task, fence, lease),
    assertFence,
    finish: (tx, task, ending, worked, dueAt) => finish(parts, tx, task, ending, worked, dueAt),
    expired: (tx, max) => expired(parts, tx, max),
    abandon: (tx) => abandon(parts, tx),
    lose: (tx, task) => lose(parts, tx, task),
    resume: (tx, task, gate) => resume(parts, tx, task, gate),
    sendBack: (tx, gateTask, producer, gate, comment) => sendBack(parts, tx, gateTask, producer, gate, comment),
    call: (tx, task) => call(parts, tx, task),
    revive: (tx, task) => revive(parts, tx, task),
    restart: (tx, task) => restart(parts, tx, task),
    skip: (tx, task, because) => skip(parts, tx, task, because),
    cancel: (tx, run, why) => cancel(parts, tx, run, why),
    nextDue: (lanes) => nextDue(parts, lanes),
    onWake: wake.onWake,
    close: wake.close,
  }
}
