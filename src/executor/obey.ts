import { holdsUp, lowerTier } from '../budget/control.ts'
import { hourly } from '../budget/hourly.ts'
import { pick, within } from '../models/ladder.ts'
import { isRehearsal } from '../store/practice.ts'
import type { Tx } from '../store/store.ts'
import type { Tier } from '../values/doer.ts'
import { fault } from '../values/fault.ts'
import { formatUsd, type Usd } from '../values/money.ts'
import { type Instant, isoInstant } from '../values/time.ts'
import { beginRun } from './admit.ts'
import { asking } from './asking.ts'
import type { Attempt } from './attempt.ts'
import type { Performed } from './ending.ts'
import { type HeldBack, heldBack, scopesOver, shut, stopped, untilLifted, workOf } from './hold-back.ts'
import type { Mind } from './model-turn.ts'

/** What the operator's controls leave of a model call: the best tier that may answer, and the accounts that may not. */
export interface Ruling {
  readonly kind: 'go'
  readonly tier: Tier
  readonly barred: ReadonlySet<string>
}

type NotNow = Extract<Performed, { kind: 'postponed' | 'fault' }>

/** A call that may not be made now. `account`: only not to this one, so that another may be asked instead. */
export interface OverHour {
  readonly kind: 'over'
  readonly account: string | undefined
  readonly end: NotNow
}

/** What the operator's controls say to a model call of this attempt now: go on, within limits; or wait; or end. */
export async function obey(attempt: Attempt, mind: Mind): Promise<Ruling | Exclude<Performed, { kind: 'done' }>> {
  const { kernel, run } = attempt
  const { controls } = kernel
  if (controls.standing().length === 0) return { kind: 'go', tier: mind.tier, barred: nobody }
  const work = workOf(attempt)
  const held = heldBack(kernel, work)
  if (held) return notNow(attempt, held)
  // A rehearsal asks the tier that its version asks for: what a lower one answers is none of the version's.
  const tier = (isRehearsal(run) ? [] : controls.find('downgrade', scopesOver(work)))
    .filter((control) => holdsUp(control, run.lane))
    .reduce((low, { rule }) => lowerTier(low, rule.tier), mind.tier)
  // Those that it may be answered by: whoever stands below its lowest tier is no way out.
  const accounts = new Set(within(pick(kernel.models, tier), mind.lowest).map(({ choice }) => choice.provider))
  const bars = [...accounts].flatMap((account) => barOf(attempt, account) ?? [])
  // With nobody left to ask, the work waits for the first of them.
  const [first] = bars.toSorted((a, b) => a.until - b.until)
  if (first && bars.length === accounts.size) return notNow(attempt, first)
  return { kind: 'go', tier, barred: new Set(bars.map(({ account }) => account)) }
}

/** What the operator's controls say to a task that is about to begin. */
export async function mayBegin(attempt: Attempt): Promise<Extract<NotNow, { kind: 'postponed' }> | undefined> {
  const { kernel } = attempt
  if (kernel.controls.standing().length === 0 && kernel.controls.pending.size === 0) return undefined
  const held = heldBack(kernel, workOf(attempt)) ?? (await beginRun(attempt))
  // A person was refused when the run was started. What is under way waits: to fail it would lose what it has.
  return held && { kind: 'postponed', ...held }
}

/**
 * To be called before an account is asked, so that whoever stops it from now on ends this call too. Gives why it may not be asked,
 * where it was stopped since the ruling.
 */
export function turnTo(attempt: Attempt, account: string): OverHour | undefined {
  asking(attempt, account)
  if (attempt.kernel.controls.standing().length === 0) return undefined
  const bar = barOf(attempt, account)
  return bar && { kind: 'over', account, end: notNow(attempt, bar) }
}

/**
 * Whether an hour still allows a call that may cost so much, within the transaction that reserves it: what is let through here is
 * reserved before anybody else asks. `undefined`: it does.
 */
export async function overHour(tx: Tx, attempt: Attempt, account: string, worst: Usd): Promise<OverHour | undefined> {
  const { kernel, run, task } = attempt
  const scopes = [...scopesOver(workOf(attempt)), `provider:${account}` as const]
  for (const control of kernel.controls.find('throttle', scopes)) {
    const { scope, rule, id } = control
    if (rule.usd === null || !holdsUp(control, run.lane)) continue
    const now = kernel.clock.now()
    const { fits, used, again } = await hourly(tx, scope, rule.usd, worst, now)
    if (fits) continue
    const end = control.until ?? Number.POSITIVE_INFINITY
    const until = again === undefined ? untilLifted(kernel, control) : (Math.min(again, end) as Instant)
    const about = { scope, most: formatUsd(rule.usd), why: kernel.controls.why(id), control: id }
    const why = again
      ? fault('control.throttled', { ...about, used: formatUsd(used), at: isoInstant(until) })
      : fault('control.too-dear', { ...about, task: task.name, needed: formatUsd(worst) })
    return {
      kind: 'over',
      account: scope.startsWith('provider:') ? account : undefined,
      end: notNow(attempt, { fault: why, until }),
    }
  }
  return undefined
}

const nobody: ReadonlySet<string> = new Set()

/** The stop or the closed window of an account, with its name. */
function barOf({ kernel, run }: Attempt, account: string): (HeldBack & { readonly account: string }) | undefined {
  const scope = [`provider:${account}`] as const
  const [stop] = kernel.controls.find('stop', scope).filter((control) => holdsUp(control, run.lane))
  if (stop) return { ...stopped(kernel, stop), account }
  for (const control of kernel.controls.find('window', scope)) {
    const bar = holdsUp(control, run.lane) ? shut(kernel, control, control.rule.hours) : undefined
    if (bar) return { ...bar, account }
  }
  return undefined
}

/** Work in the background waits; so does all work that is stopped. A person who waits is not kept until the night. */
function notNow({ run }: Attempt, { fault: why, until }: HeldBack): NotNow {
  return run.lane === 'background' || why.code === 'control.stopped'
    ? { kind: 'postponed', fault: why, until }
    : { kind: 'fault', fault: { ...why, retry: 'never' } }
}
