import { beginsAt, dueOf, keepAdmission, markBegun, slotsFor, waitingRuns } from '../budget/admission.ts'
import { holdsUp, type Of } from '../budget/control.ts'
import { isPractice } from '../store/practice.ts'
import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import { fault, Refusal } from '../values/fault.ts'
import type { RunId } from '../values/id.ts'
import { type Instant, isoInstant } from '../values/time.ts'
import type { Attempt } from './attempt.ts'
import { type HeldBack, heldBack, scopesOver } from './hold-back.ts'
import type { Kernel } from './kernel.ts'
import { readRun } from './read-run.ts'

type Run = Pick<Row<'runs'>, 'id' | 'workflow' | 'lane' | 'subject'>

/**
 * A new run under the controls that hold, in the transaction that stores it. In the background it is stored and begins when it may; a
 * person who waits is told at once. Faults: `control.stopped`, `control.closed`, `control.throttled`.
 */
export async function admitRun(tx: Tx, kernel: Kernel, run: Run): Promise<void> {
  const { controls, clock } = kernel
  if (controls.standing().length === 0) return
  const waits = run.lane === 'interactive'
  const held = waits ? heldBack(kernel, run) : undefined
  if (held) throw new Refusal(held.fault)
  const throttles = throttlesOver(kernel, run)
  if (throttles.length === 0) return
  const now = clock.now()
  const at = await beginsAt(tx, throttles, run, now, 'first')
  if (waits && at > now) throw new Refusal(throttled(kernel, throttles, at))
  await delay(tx, kernel, run, at)
  tx.afterCommit(() => controls.pending.add(run.id))
}

/** Lets a run that was started under a throttle begin, or says until when it waits. For every other run a look into a set. */
export async function beginRun({ kernel, run, task }: Attempt): Promise<HeldBack | undefined> {
  const { controls, clock, store, queue } = kernel
  if (!controls.pending.has(run.id)) return undefined
  return store.write(async (tx) => {
    await queue.assertFence(tx, task.id, task.fence)
    if (!controls.pending.has(run.id)) return undefined
    const now = clock.now()
    const throttles = throttlesOver(kernel, run)
    const kept = await dueOf(tx, run.id)
    if (throttles.length > 0 && kept !== undefined && kept > now)
      return { fault: throttled(kernel, throttles, kept), until: kept }
    // Its time has come, or is long past: others may have begun since, and theirs counts.
    const at = await beginsAt(tx, throttles, run, now, 'ignored')
    if (at > now) {
      await delay(tx, kernel, run, at)
      return { fault: throttled(kernel, throttles, at), until: at }
    }
    await kernel.journal.append(tx, { kind: 'control.admitted', ...about(run), payload: {} })
    await markBegun(tx, run.id, now)
    tx.afterCommit(() => controls.pending.delete(run.id))
    return undefined
  })
}

/** Gives the runs that wait new times, in their order, once the throttles are others; says which may begin earlier now. */
export async function slotAnew(kernel: Kernel): Promise<ReadonlySet<RunId>> {
  const earlier = new Set<RunId>()
  if (kernel.controls.pending.size === 0) return earlier
  const now = kernel.clock.now()
  await kernel.store.write(async (tx) => {
    const waiting = await waitingRuns(tx)
    const runs = new Map<string, Run>()
    for (const { id } of waiting) runs.set(id, await readRun(tx.db, id))
    const over = ({ id }: { readonly id: string }): readonly Of<'throttle'>[] => {
      const run = runs.get(id)
      return run ? throttlesOver(kernel, run) : []
    }
    const slots = await slotsFor(tx, waiting, over, now)
    for (const [index, { id, due }] of waiting.entries()) {
      const run = runs.get(id)
      const slot = slots[index]
      if (!run || slot === undefined || slot === due) continue
      await delay(tx, kernel, run, slot)
      if (slot < due) earlier.add(id)
    }
  })
  return earlier
}

/** None over practice, which is nobody's work; the money that it spends is under those of money, as all money is. */
function throttlesOver(kernel: Kernel, run: Run): readonly Of<'throttle'>[] {
  if (isPractice(run)) return []
  return kernel.controls
    .find('throttle', scopesOver({ workflow: run.workflow, lane: run.lane }))
    .filter((control) => control.rule.runs !== null && holdsUp(control, run.lane))
}

async function delay(tx: Tx, kernel: Kernel, run: Run, until: Instant): Promise<void> {
  const payload = { workflow: run.workflow, until }
  await kernel.journal.append(tx, { kind: 'control.delayed', ...about(run), payload })
  await keepAdmission(tx, run, until)
}

const about = ({ id, subject }: Run) => ({ subject, run: id, origin: 'system' as const })

/** Names the narrowest: what is said of a workflow is nearer to its run than what is said of the company. */
function throttled({ controls }: Kernel, throttles: readonly Of<'throttle'>[], at: Instant) {
  const near = throttles.find(({ scope }) => scope !== 'company') ?? throttles[0]
  if (!near) throw new TypeError('no throttle, and no room')
  const { scope, rule, id: control } = near
  const words = { scope, most: `${rule.runs} runs`, used: 'so many', why: controls.why(control) }
  return fault('control.throttled', { ...words, control, at: isoInstant(at) })
}
