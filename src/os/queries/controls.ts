import { type Control, type ControlScope, holdsUp } from '../../budget/control.ts'
import { columnsOf, controlOf } from '../../budget/control-row.ts'
import { isOpen, readHours } from '../../budget/hours.ts'
import type { Plan, PlannedTask } from '../../planner/plan.ts'
import type { Row } from '../../store/tables.ts'
import type { ControlId } from '../../values/id.ts'
import type { Usd } from '../../values/money.ts'
import type { Instant } from '../../values/time.ts'
import type { Os } from '../os.ts'

/** A control as the desk shows it: of its kind's own fields one is set, all others are `null`. */
export interface ControlLine {
  readonly id: ControlId
  readonly scope: string
  readonly kind: Row<'controls'>['kind']
  readonly runs: number | null
  readonly usd: Usd | null
  readonly hours: string | null
  readonly tier: Row<'controls'>['tier']
  readonly lanes: Control['lanes']
  readonly by: Control['by']
  readonly why: string
  readonly since: Instant
  readonly until: Instant | null
  /** When and how it ended; `null` while it stands. */
  readonly ended: { readonly at: Instant; readonly how: 'lifted' | 'replaced' | 'expired' } | null
}

// As many as a person reads. Only a script sets more.
const mostControls = 200

/** The controls that hold, by scope; with `history` all there were, latest first. */
export async function listControls(os: Os, { history }: { readonly history: boolean }): Promise<ControlLine[]> {
  if (!history)
    return os.controls
      .standing()
      .toSorted(byScope)
      .map((one) => lineOf(one, os.controls.why(one.id), null))
  const rows = await os.store.read
    .selectFrom('controls')
    .selectAll()
    .orderBy('set_seq', 'desc')
    .limit(mostControls)
    .execute()
  const events = await os.journal.at(
    rows.flatMap((row) => [row.set_seq, ...(row.lifted_seq === null ? [] : [row.lifted_seq])]),
  )
  const why = new Map<ControlId, string>()
  const how = new Map<ControlId, NonNullable<ControlLine['ended']>['how']>()
  for (const event of events) {
    if (event.kind === 'control.set' && event.payload) why.set(event.payload.control, event.payload.why)
    if (event.kind === 'control.lifted' && event.payload) how.set(event.payload.control, event.payload.how)
  }
  const now = os.clock.now()
  return rows.map((row) => lineOf(controlOf(row), why.get(row.id) ?? '', endOf(row, how.get(row.id), now)))
}

/** A control on its own line; `ended` where it holds no more. */
export function lineOf(control: Control, why: string, ended: ControlLine['ended']): ControlLine {
  const { id, scope, rule, lanes, by, since, until } = control
  return {
    id,
    scope,
    ...columnsOf(rule),
    lanes,
    by,
    why,
    since,
    until,
    ended,
  }
}

/** The controls that speak of these scopes, for whoever looks at what is under them. */
export function controlsOver(os: Os, scopes: readonly string[]): ControlLine[] {
  const over = os.controls.standing().filter((one) => scopes.includes(one.scope))
  return over.toSorted(byScope).map((one) => lineOf(one, os.controls.why(one.id), null))
}

/** The scopes of controls that speak of a run of this plan: the company, its workflow, its agents. */
export function scopesIn(plan: Plan): string[] {
  const agents = new Set<string>()
  const add = (tasks: readonly PlannedTask[]): void => {
    for (const task of tasks) {
      if (task.kind === 'agent') agents.add(`agent:${task.doer}`)
      if (task.kind === 'plan') agents.add(`agent:${task.planner}`)
      if (task.kind === 'each') add(task.body)
    }
  }
  add(plan.tasks)
  return ['company', `workflow:${plan.name}`, ...agents]
}

/** What keeps a run that is at work waiting now, as `stop of workflow:newsletter`; `null` when no control does. */
export function heldUpBy(os: Os, run: Pick<Row<'runs'>, 'id' | 'workflow' | 'lane' | 'state'>): string | null {
  if (run.state !== 'running') return null
  const scopes: ControlScope[] = ['company', `workflow:${run.workflow}`]
  const now = os.clock.now()
  // What is stopped waits for the operator alone: that is told before what ends by itself.
  const standing = os.controls.standing().toSorted((one, other) => Number(isStop(other)) - Number(isStop(one)))
  const found = standing.find((control) => {
    if (!scopes.includes(control.scope) || !holdsUp(control, run.lane)) return false
    if (isStop(control)) return true
    if (control.rule.kind === 'throttle') return control.rule.runs !== null && os.controls.pending.has(run.id)
    const hours = control.rule.kind === 'window' ? readHours(control.rule.hours) : undefined
    return hours?.ok === true && !isOpen(hours.value, now, os.config.operator.timeZone)
  })
  return found === undefined ? null : `${found.rule.kind} of ${found.scope}`
}

const isStop = ({ rule }: Pick<Control, 'rule'>): boolean => rule.kind === 'stop'

function byScope(one: Control, other: Control): number {
  const [left, right] = [`${one.scope} ${one.rule.kind}`, `${other.scope} ${other.rule.kind}`]
  return left < right ? -1 : left > right ? 1 : 0
}

function endOf(
  row: Row<'controls'>,
  how: NonNullable<ControlLine['ended']>['how'] | undefined,
  now: Instant,
): ControlLine['ended'] {
  if (row.until_at !== null && row.until_at <= (row.lifted_at ?? now)) return { at: row.until_at, how: 'expired' }
  return row.lifted_at === null ? null : { at: row.lifted_at, how: how ?? 'lifted' }
}
