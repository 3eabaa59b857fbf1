import { type Control, type ControlScope, holdsUp } from '../budget/control.ts'
import { isOpen, opensAt, readHours } from '../budget/hours.ts'
import type { Row } from '../store/tables.ts'
import { type Fault, fault } from '../values/fault.ts'
import { days, type Instant, isoInstant, later } from '../values/time.ts'
import { givenTo } from './asking.ts'
import type { Attempt } from './attempt.ts'
import type { Kernel } from './kernel.ts'

/** What a control says to work of its scope: why it waits, and until when it is not worth asking again. */
export interface HeldBack {
  readonly fault: Fault
  readonly until: Instant
}

/** Work as controls know it. */
export interface Work {
  readonly workflow: string
  readonly lane: Row<'runs'>['lane']
  readonly agent?: string | undefined
}

// Lifting a control calls what waits for it; this is for what a crash in just that moment left asleep.
const atLatest = days(1)

/** The agent that an attempt is about; `undefined` where its plan names a role and nobody was given it yet. */
export function agentAtWork(attempt: Attempt): string | undefined {
  const { node } = attempt.place
  if (node.kind === 'plan') return node.planner
  if (node.kind !== 'agent') return undefined
  return node.role === undefined ? node.doer : givenTo(attempt)
}

/** The work of an attempt. */
export function workOf(attempt: Attempt): Work {
  return { workflow: attempt.run.workflow, lane: attempt.run.lane, agent: agentAtWork(attempt) }
}

/** The scopes of controls that speak of this work; whom it asks is known only when it asks. */
export function scopesOver({ workflow, agent }: Work): ControlScope[] {
  return ['company', `workflow:${workflow}`, ...(agent === undefined ? [] : [`agent:${agent}` as const])]
}

/** The stop or the closed window that holds this work up now, if one does; the one that lasts longest. */
export function heldBack(kernel: Kernel, work: Work): HeldBack | undefined {
  const scopes = scopesOver(work)
  const [stop] = kernel.controls.find('stop', scopes).filter((control) => holdsUp(control, work.lane))
  if (stop) return stopped(kernel, stop)
  const closed = kernel.controls
    .find('window', scopes)
    .filter((control) => holdsUp(control, work.lane))
    .flatMap((control) => shut(kernel, control, control.rule.hours) ?? [])
  return closed.toSorted((a, b) => b.until - a.until)[0]
}

/** What a stop says. */
export function stopped(kernel: Kernel, stop: Control): HeldBack {
  const about = { scope: stop.scope, why: kernel.controls.why(stop.id), control: stop.id }
  return { fault: fault('control.stopped', about), until: untilLifted(kernel, stop) }
}

/** What a window says while it is closed. */
export function shut(kernel: Kernel, control: Control, text: string): HeldBack | undefined {
  const hours = readHours(text)
  const now = kernel.clock.now()
  if (!hours.ok || isOpen(hours.value, now, kernel.timeZone)) return undefined
  const latest = untilLifted(kernel, control)
  const until = Math.min(
    opensAt(hours.value, now, kernel.timeZone) ?? latest,
    control.until ?? latest + days(14),
  ) as Instant
  const about = { scope: control.scope, why: kernel.controls.why(control.id), control: control.id }
  return { fault: fault('control.closed', { ...about, hours: text, at: isoInstant(until) }), until }
}

/** When what waits for a control to be lifted looks again by itself. */
export function untilLifted({ clock }: Kernel, { until }: Pick<Control, 'until'>): Instant {
  const latest = later(clock.now(), atLatest)
  return until === null ? latest : (Math.min(until, latest) as Instant)
}
