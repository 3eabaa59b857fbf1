import type { Store, Tx } from '../store/store.ts'
import type { Journal } from '../telemetry/journal.ts'
import { companyIdentity, type Ids, type ReleaseId, type TrialId } from '../values/id.ts'
import type { Usd } from '../values/money.ts'
import type { Clock } from '../values/time.ts'
import { next, type Trial } from './trial.ts'

/** A trial on its way. */
export interface NewTrial extends Pick<Trial, 'agent' | 'kind' | 'hash' | 'baseline' | 'share'> {
  readonly version: number
  readonly baselineVersion: number
  readonly limit: Usd | null
  readonly why: string
}

/** How a trial moves on, and why. */
export interface TrialMove {
  readonly to: Exclude<Trial['state'], 'running'>
  readonly by: Trial['by']
  readonly version: number
  readonly because: readonly string[]
  readonly runs: number
  /** The release that ends it. */
  readonly release?: ReleaseId
}

/** What a trial goes back to. */
export interface TrialResumed extends Pick<TrialMove, 'version' | 'because' | 'runs'> {
  readonly to: 'running' | 'proposed'
}

/** The trials of the company's agents; at most one of an agent is open. Those are in memory: tasks of other agents pay nothing. */
export interface Trials {
  /** The open trial of an agent. */
  open(agent: string): Trial | undefined
  all(): readonly Trial[]
  /** All trials of an agent, newest first. */
  history(agent: string): Promise<Trial[]>
  start(tx: Tx, trial: NewTrial): Promise<TrialId>
  /** Gives false when it ended already. */
  move(tx: Tx, trial: Trial, how: TrialMove): Promise<boolean>
  /** Lets one go on that a release ended. Gives false when none ended it, or another of the agent is open. */
  resume(tx: Tx, trial: Trial, how: TrialResumed): Promise<boolean>
  /** Something was observed, in this transaction. */
  observed(tx: Tx, trial: TrialId): void
  /** Looks at this one again: what was to follow from it could not be done. */
  mark(trial: TrialId): void
  /** The open trials that something was observed of since they were last taken here. */
  takeObserved(): readonly Trial[]
  readonly isObserved: boolean
  /** Called after something was observed. */
  onObserved(listener: () => void): void
}

export interface TrialFoundation {
  readonly store: Store
  readonly journal: Journal
  readonly ids: Ids
  readonly clock: Clock
}

/** Reads what is open. What was observed before the process ended is looked at again. */
export async function openTrials(foundation: TrialFoundation): Promise<Trials> {
  const { store } = foundation
  const rows = await store.read.selectFrom('trials').selectAll().where('ended_at', 'is', null).execute()
  const open = new Map(rows.map((row) => [row.agent, row]))
  const observed = new Set<TrialId>(rows.map((row) => row.id))
  let listener: () => void = () => undefined
  const keep = (trial: Trial): void => {
    if (trial.ended_at === null) open.set(trial.agent, trial)
    else open.delete(trial.agent)
  }
  return {
    open: (agent) => open.get(agent),
    all: () => [...open.values()],
    history: (agent) => historyOf(store, agent),
    async start(tx, trial) {
      const row = await insert(foundation, tx, trial)
      tx.afterCommit(() => keep(row))
      return row.id
    },
    async move(tx, trial, how) {
      const moved = await moveRow(foundation, tx, trial, how)
      if (moved) tx.afterCommit(() => keep(moved))
      return moved !== undefined
    },
    async resume(tx, trial, how) {
      const resumed = await resumeRow(foundation, tx, trial, how)
      if (resumed)
        tx.afterCommit(() => {
          keep(resumed)
          observed.add(resumed.id)
        })
      return resumed !== undefined
    },
    observed(tx, trial) {
      tx.afterCommit(() => {
        observed.add(trial)
        listener()
      })
    },
    mark: (trial) => void observed.add(trial),
    takeObserved() {
      const some = [...open.values()].filter((trial) => observed.has(trial.id))
      observed.clear()
      return some
    },
    get isObserved() {
      return observed.size > 0
    },
    onObserved(then) {
      listener = then
    },
  }
}

// Somebody who tries a version every week does so for four years.
const most = 200

function historyOf({ read }: Store, agent: string): Promise<Trial[]> {
  const ofAgent = read.selectFrom('trials').selectAll().where('agent', '=', agent)
  return ofAgent.orderBy('seq', 'desc').limit(most).execute()
}

async function insert({ journal, ids, clock }: TrialFoundation, tx: Tx, trial: NewTrial): Promise<Trial> {
  const { agent, kind, hash, baseline, share, ...told } = trial
  const id = ids.next('trl')
  const payload = { trial: id, agent, kind, hash, baseline, share, ...told }
  const seq = await journal.append(tx, { kind: 'trial.started', ...about, origin: 'operator', payload })
  const row: Trial = {
    ...{ id, agent, kind, hash, baseline, share, since: clock.now(), seq },
    ...({ state: 'running', by: 'operator', state_seq: seq, ended_at: null } as const),
  }
  await tx.db.insertInto('trials').values(row).execute()
  return row
}

async function moveRow(
  { journal, clock }: TrialFoundation,
  tx: Tx,
  { id }: Trial,
  { to, by, version, because, runs, release }: TrialMove,
): Promise<Trial | undefined> {
  const now = await tx.db.selectFrom('trials').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  if (next(now.state, { kind: to }) === undefined) return undefined
  const payload = { trial: id, agent: now.agent, hash: now.hash, version, because, runs }
  const ended = { ...payload, by, before: now.state_seq, ...(release === undefined ? {} : { release }) }
  const seq = await journal.append(
    tx,
    to === 'proposed'
      ? { kind: 'trial.proposed', ...about, origin: by, payload }
      : { kind: 'trial.ended', ...about, origin: by, payload: { ...ended, state: to } },
  )
  const moved = { state: to, by, state_seq: seq, ended_at: to === 'proposed' ? null : clock.now() }
  await tx.db.updateTable('trials').set(moved).where('id', '=', id).execute()
  return { ...now, ...moved }
}

async function resumeRow(
  { journal, clock }: TrialFoundation,
  tx: Tx,
  { id }: Trial,
  { to, version, because, runs }: TrialResumed,
): Promise<Trial | undefined> {
  const now = await tx.db.selectFrom('trials').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  const ofAgent = tx.db.selectFrom('trials').select('id').where('agent', '=', now.agent)
  const open = await ofAgent.where('ended_at', 'is', null).executeTakeFirst()
  if (open || next(now.state, { kind: 'resumed', to }) === undefined) return undefined
  const payload = { trial: id, agent: now.agent, hash: now.hash, version, state: to, because, runs }
  const seq = await journal.append(tx, { kind: 'trial.resumed', ...about, origin: 'operator', payload })
  // What began while nobody looked is not compared: a part of such runs has ended unseen.
  const moved = { state: to, by: 'operator', state_seq: seq, ended_at: null, since: clock.now() } as const
  await tx.db.updateTable('trials').set(moved).where('id', '=', id).execute()
  return { ...now, ...moved }
}

const about = { subject: companyIdentity } as const
