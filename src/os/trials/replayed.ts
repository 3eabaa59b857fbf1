import type { Kernel } from '../../executor/kernel.ts'
import { purseOf } from '../../executor/repeat.ts'
import { refuse } from '../../values/fault.ts'
import type { ReplayId, TrialId } from '../../values/id.ts'
import { microUsd, type Usd } from '../../values/money.ts'
import type { Instant } from '../../values/time.ts'
import { type Compared, compare } from './compare.ts'

/** What a version would have done otherwise, all in all and task by task. */
export interface Replayed {
  readonly id: ReplayId | TrialId
  readonly agent: string
  readonly version: number
  /** When it was asked for, or the trial began. */
  readonly at: Instant
  readonly tasks: number
  /** How many of the tasks are in each state. */
  readonly states: Readonly<Record<Compared['state'] | 'cancelled', number>>
  /** Of the tasks that both versions did. */
  readonly edited: number | null
  readonly cost: { readonly before: Usd; readonly after: Usd }
  readonly latency: { readonly before: number; readonly after: number }
  readonly spent: Usd
  readonly limit: Usd | null
  readonly items: readonly Compared[]
}

type Read = Kernel['store']['read']

// A replay has two hundred; a shadow may have more, of which the newest are shown.
const mostShown = 200

/** Compares all that was repeated. Fault: `input.unknown`. */
export async function replayed(kernel: Kernel, id: ReplayId | TrialId): Promise<Replayed> {
  const of = await whatOf(kernel, id)
  const rows = await kernel.store.read
    .selectFrom('repeats')
    .innerJoin('runs', 'runs.id', 'repeats.run_id')
    .select(['repeats.run_id', 'repeats.cause', 'repeats.task_id', 'repeats.live', 'runs.state'])
    .where('repeats.cause', '=', id)
    .orderBy('repeats.task_id', 'desc')
    .limit(mostShown)
    .execute()
  const items: Compared[] = []
  for (const row of rows) if (row.state !== 'cancelled') items.push(await compare(kernel, row))
  const both = items.filter(({ edited }) => edited !== null)
  const sum = (side: 'before' | 'after', what: 'cost' | 'latency'): number =>
    both.reduce((all, item) => all + (item[side]?.[what] ?? 0), 0)
  const states = {
    waiting: 0,
    same: 0,
    changed: 0,
    failed: 0,
    mended: 0,
    forgotten: 0,
    cancelled: rows.length - items.length,
  }
  for (const { state } of items) states[state] += 1
  const { spent, limit } = await kernel.budget.spentOn(purseOf(id))
  return {
    id,
    ...of,
    tasks: rows.length,
    states,
    edited: both.length === 0 ? null : both.reduce((all, { edited }) => all + (edited ?? 0), 0) / both.length,
    cost: { before: microUsd(sum('before', 'cost')), after: microUsd(sum('after', 'cost')) },
    latency: { before: sum('before', 'latency'), after: sum('after', 'latency') },
    spent,
    limit,
    items,
  }
}

/** Whose replay or trial it is, and since when. Fault: `input.unknown`. */
export async function whatOf(
  { store: { read } }: Kernel,
  id: ReplayId | TrialId,
): Promise<Pick<Replayed, 'agent' | 'version' | 'at'>> {
  const [row, command] = isTrial(id)
    ? [await ofTrial(read, id), 'soloist release show AGENT']
    : [await ofReplay(read, id), 'soloist agent replays']
  return row ?? refuse('input.unknown', { kind: 'replay', name: id, nearest: '', command })
}

function isTrial(id: ReplayId | TrialId): id is TrialId {
  return id.startsWith('trl_')
}

function ofTrial(read: Read, id: TrialId) {
  const trial = read.selectFrom('trials').innerJoin('artifacts', 'artifacts.hash', 'trials.hash')
  return trial.select(['agent', 'version', 'since as at']).where('id', '=', id).executeTakeFirst()
}

function ofReplay(read: Read, id: ReplayId) {
  const replay = read.selectFrom('replays').innerJoin('artifacts', 'artifacts.hash', 'replays.hash')
  return replay.select(['agent', 'version', 'made_at as at']).where('id', '=', id).executeTakeFirst()
}
