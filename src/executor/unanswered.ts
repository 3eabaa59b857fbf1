import type { Shut } from '../models/breaker.ts'
import { accountOf } from '../models/ladder.ts'
import { usualRetry } from '../queue/retry.ts'
import { isPractice } from '../store/practice.ts'
import { type Fault, fault } from '../values/fault.ts'
import { between, type Instant, isoInstant, later, milliseconds, minutes, seconds } from '../values/time.ts'
import type { Attempt } from './attempt.ts'
import { timeForCall, timeForTurn } from './call-time.ts'
import type { Unanswered } from './climb.ts'
import type { Performed } from './ending.ts'
import type { Kernel } from './kernel.ts'
import { mostWork } from './own-limits.ts'
import { overTime } from './work-time.ts'

type Ended = Exclude<Performed, { kind: 'done' }>

// Somebody is asking whether the account is back. Most answers come sooner, but one that hangs takes its ten minutes, and each look of each
// task that waits is an attempt in the journal: at 5 s, 16 tasks wrote 2,000 of them before it was over.
const probePause = seconds(30)
// Nobody is shut, but the operator lets nobody be asked: that may end at any time.
const barredPause = minutes(1)
const leastWait = seconds(1)
// What waits for one account comes back over half of the time that it waited, so that it is not knocked down again by all of it at once.
const leastSpread = seconds(10)
const mostSpread = minutes(2)
const mostReasons = 3

/**
 * What becomes of a task whose turn nobody answered, where nothing stands in for the models. Somebody who waits is told at once. Background
 * work is tried again by its own policy while some account may still be asked, and waits without using up a try where none may.
 */
export function unanswered(attempt: Attempt, { tried, shut, barred }: Unanswered): Ended {
  const { kernel, task } = attempt
  const passing = tried.filter((one) => one.fault.code === 'model.unreachable')
  const now = kernel.breakers.shut()
  const account = ({ rung }: (typeof tried)[number]): string => accountOf(kernel.models, rung.choice) ?? ''
  const accounts = new Set([...shut, ...passing.map(account)])
  const closed = [...accounts].flatMap((account) => now.get(account) ?? [])
  const reasons = [...tried.map((one) => one.fault), ...closed.map((one) => one.why)]
  const why = because(reasons, barred)
  const refused = tried.find((one) => one.fault.code !== 'model.unreachable')?.fault
  const hopeless = passing.length === 0 && shut.length === 0
  if (refused && hopeless) return { kind: 'fault', fault: refused }
  if (task.lane === 'interactive')
    return { kind: 'fault', fault: fault('model.none-left', { task: task.name, id: task.id, why }) }
  if (outOfTime(attempt)) return { kind: 'fault', fault: overTime(task, mostWork(attempt) ?? milliseconds(0)) }
  const again = passing.find((one) => !now.has(account(one)))
  if (again) return { kind: 'fault', fault: again.fault }
  const until = backAt(kernel, closed)
  return { kind: 'postponed', until, fault: fault('model.waiting', { task: task.name, why, at: isoInstant(until) }) }
}

/**
 * True for an end that a rung below the models may take the place of: nobody answered, and no try is left that may. Nothing does where a
 * version is only tried: what was kept, and rules, say nothing of how it answers.
 */
export function mayStandIn({ run, task, place }: Attempt, end: Ended): boolean {
  if (isPractice(run)) return false
  if (end.kind === 'postponed') return end.fault.code === 'model.waiting'
  if (end.kind !== 'fault') return false
  const { attempts } = place.node.retry ?? usualRetry
  return standsIn.has(end.fault.code) || (end.fault.code === 'model.unreachable' && task.attempt >= attempts)
}

const standsIn: ReadonlySet<string> = new Set(['model.none-left', 'model.refused', 'adapter.late', 'sandbox.busy'])

/** When the first account may be back, later for some than for others. */
function backAt({ clock, random }: Kernel, closed: readonly Shut[]): Instant {
  const now = clock.now()
  const looks = closed.map(({ until, probing }) => (probing ? later(now, probePause) : until))
  const first = looks.length === 0 ? later(now, barredPause) : (Math.min(...looks) as Instant)
  const earliest = Math.max(first, later(now, leastWait)) as Instant
  const spread = Math.min(mostSpread, Math.max(leastSpread, between(now, earliest) / 2))
  return later(earliest, milliseconds(spread * random()))
}

function outOfTime(attempt: Attempt): boolean {
  return timeForCall(attempt, timeForTurn(attempt), true) === undefined
}

function because(reasons: readonly Fault[], barred: readonly string[]): string {
  const said = [...new Set(reasons.map(({ message }) => message.replace(/\.$/, '')))]
  if (barred.length > 0) said.push(`${barred.join(', ')}: kept back by your own controls`)
  const shown = said.slice(0, mostReasons).join('; ')
  if (said.length > mostReasons) return `${shown}; and ${said.length - mostReasons} more`
  return shown === '' ? 'there was no time left to ask anybody' : shown
}
