import type { TrialState } from '../../src/agents/trial.ts'
import type { Row } from '../../src/store/tables.ts'
import { isRepeat, type ReplayId, type TaskId, type TrialId } from '../../src/values/id.ts'
import { known, type Told } from './told.ts'

export interface FoldedTrials {
  readonly trials: Row<'trials'>[]
  readonly replays: Row<'replays'>[]
  readonly repeats: Row<'repeats'>[]
}

/** Versions at trial and what was repeated for them, as the journal tells it. */
export function foldTrials(events: readonly Told[]): FoldedTrials {
  const trials = new Map<TrialId, Row<'trials'>>()
  const folded: FoldedTrials = { trials: [], replays: [], repeats: [] }
  for (const event of events) {
    const { seq, at } = event
    if (event.kind === 'trial.started') {
      const { trial: id, agent, kind, hash, baseline, share } = event.payload
      const begun = { state: 'running' as TrialState, by: 'operator' as const, state_seq: seq, ended_at: null }
      trials.set(id, { id, agent, kind, hash, baseline, share, since: at, seq, ...begun })
    }
    if (event.kind === 'trial.proposed') {
      const trial = known(trials.get(event.payload.trial), event.payload.trial)
      trials.set(trial.id, { ...trial, state: 'proposed', by: 'system', state_seq: seq })
    }
    if (event.kind === 'trial.ended') {
      const { trial: id, state, by } = event.payload
      trials.set(id, { ...known(trials.get(id), id), state, by, state_seq: seq, ended_at: at })
    }
    if (event.kind === 'trial.resumed') {
      const { trial: id, state } = event.payload
      const back = { state, by: 'operator', state_seq: seq, ended_at: null, since: at } as const
      trials.set(id, { ...known(trials.get(id), id), ...back })
    }
    if (event.kind === 'replay.started') {
      const { replay: id, agent, hash } = event.payload
      folded.replays.push({ id, agent, hash, seq, made_at: at })
    }
    if (event.kind === 'run.started' && event.run && isRepeat(event.run)) {
      const input = event.payload.input as unknown as { repeats: TaskId; cause: TrialId | ReplayId; live: boolean }
      const { repeats: task_id, cause, live } = input
      folded.repeats.push({ run_id: event.run, cause, task_id, live: live ? 1 : 0 })
    }
  }
  folded.trials.push(...trials.values())
  return folded
}
