import { type Control, type ControlScope, holdsUp } from '../budget/control.ts'
import type { NewControl, SetControl } from '../budget/controls.ts'
import type { ControlId, RunId, TaskId } from '../values/id.ts'
import type { Instant } from '../values/time.ts'
import { slotAnew } from './admit.ts'
import { askedOf } from './asking.ts'
import type { Attempt } from './attempt.ts'
import { Halt } from './halt.ts'
import { scopesOver, stopped, workOf } from './hold-back.ts'
import type { Kernel } from './kernel.ts'
import { calledAtOnce, callTasks, putOff } from './put-off.ts'
import type { Worker } from './worker.ts'

/**
 * Puts a part of the company under a control. It holds from the COMMIT on: a stop ends what is in flight, everything else is asked
 * before the next call. What waited for the control that it replaces asks again.
 */
export async function setControl(kernel: Kernel, worker: Worker, control: NewControl): Promise<SetControl> {
  const done = await kernel.store.write((tx) => kernel.controls.set(tx, control))
  const { set, replaced } = done
  if (set.rule.kind === 'stop') worker.halt((attempt) => haltBy(set, attempt))
  const earlier = set.rule.kind === 'throttle' ? await slotAnew(kernel) : noRuns
  if (replaced) await callBack(kernel, [replaced], earlier)
  worker.nudge()
  return done
}

/** Lifts a control; what waited for it asks again at once. Faults: `input.unknown`, `control.over`. */
export async function liftControl(kernel: Kernel, worker: Worker, id: ControlId, why: string): Promise<Control> {
  const lifted = await kernel.store.write((tx) => kernel.controls.lift(tx, id, why))
  const earlier = lifted.rule.kind === 'throttle' ? await slotAnew(kernel) : noRuns
  await callBack(kernel, [lifted], earlier)
  worker.nudge()
  return lifted
}

/** Calls what still waits for controls that were lifted since: a crash may have come between the lifting and the calling. */
export async function callBackLifted(kernel: Kernel, since: Instant): Promise<void> {
  const rows = await kernel.store.read
    .selectFrom('controls')
    .select(['id', 'scope'])
    .where('lifted_at', '>', since)
    .execute()
  if (rows.length > 0) await callBack(kernel, rows, await slotAnew(kernel))
}

function haltBy(stop: Control, attempt: Attempt): Halt | undefined {
  const { kernel, run, task } = attempt
  // What takes something back is the operator's own wish.
  if (task.kind === 'undo' || !holdsUp(stop, run.lane)) return undefined
  const account = askedOf(attempt)
  const asked: readonly ControlScope[] = account === undefined ? [] : [`provider:${account}`]
  if (![...scopesOver(workOf(attempt)), ...asked].includes(stop.scope)) return undefined
  const { fault, until } = stopped(kernel, stop)
  // Whoever asks a stopped account may ask another at once.
  return new Halt(fault, stop.scope.startsWith('provider:') ? kernel.clock.now() : until)
}

type Lifted = { readonly id: ControlId; readonly scope: string }

const noRuns: ReadonlySet<RunId> = new Set()

/**
 * Makes due what was put off for one of these controls. What waits for one account of several waits for any of them; a run that several
 * throttles keep waiting was told of one, and is among those that may begin `earlier` whichever was lifted.
 */
async function callBack(kernel: Kernel, lifted: readonly Lifted[], earlier: ReadonlySet<RunId>): Promise<void> {
  const { clock, journal } = kernel
  const ids = new Set<string>(lifted.map(({ id }) => id))
  const anyAccount = lifted.some(({ scope }) => scope.startsWith('provider:'))
  let after = { due_at: clock.now(), id: '' as TaskId }
  for (;;) {
    const page = await laterThan(kernel, after)
    const why = await journal.at(page.flatMap((row) => row.postponed ?? []))
    const called = why.flatMap((event) => {
      if (event.kind !== 'task.postponed' || event.task === null) return []
      const { code, about } = event.payload?.fault ?? {}
      if (!code?.startsWith('control.') || !about) return []
      const forRoom = code === 'control.throttled' && event.run !== null && earlier.has(event.run)
      const waited = forRoom || ids.has(about.control ?? '') || (anyAccount && about.scope?.startsWith('provider:'))
      return waited ? [event.task] : []
    })
    await callTasks(kernel, called)
    const last = page.at(-1)
    if (!last || page.length < calledAtOnce) return
    after = last
  }
}

/** Tasks that are due later, in the order of the index. */
function laterThan(kernel: Kernel, after: { readonly due_at: Instant; readonly id: TaskId }) {
  return putOff(kernel)
    .where((eb) =>
      eb.or([
        eb('t.due_at', '>', after.due_at),
        eb.and([eb('t.due_at', '=', after.due_at), eb('t.id', '>', after.id)]),
      ]),
    )
    .orderBy('t.due_at')
    .orderBy('t.id')
    .execute()
}
