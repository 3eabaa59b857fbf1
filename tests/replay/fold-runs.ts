import { next, type RunEvent } from '../../src/executor/run-state.ts'
import type { Plan } from '../../src/planner/plan.ts'
import type { Row } from '../../src/store/tables.ts'
import { impossible, known, type Told } from './told.ts'

const ends: readonly Row<'runs'>['state'][] = ['done', 'failed', 'cancelled', 'undone']

/** The runs as the journal tells them. `plans` by hash: they are content, not state. */
export function foldRuns(events: readonly Told[], plans: ReadonlyMap<string, Plan>): Row<'runs'>[] {
  const runs = new Map<string, Row<'runs'>>()
  for (const event of events) {
    if (!event.kind.startsWith('run.') || event.run === null) continue
    if (event.kind === 'run.started') {
      runs.set(event.run, started(event, plans))
      continue
    }
    const run = known(runs.get(event.run), event.run)
    const state = next(run.state, event.kind.slice('run.'.length) as RunEvent) ?? impossible(event, run.state)
    runs.set(event.run, {
      ...run,
      state,
      ended_at: ends.includes(state) ? event.at : null,
      output_seq: state === 'done' ? event.seq : run.output_seq,
    })
  }
  return [...runs.values()]
}

function started(
  { seq, at, run, subject, origin, payload }: Extract<Told, { kind: 'run.started' }>,
  plans: ReadonlyMap<string, Plan>,
): Row<'runs'> {
  return {
    id: known(run ?? undefined, 'a run'),
    workflow: payload.workflow,
    plan_hash: payload.plan,
    subject,
    lane: known(plans.get(payload.plan), payload.plan).lane,
    origin,
    state: 'running',
    input_seq: seq,
    output_seq: null,
    started_at: at,
    deadline_at: payload.deadline,
    ended_at: null,
  }
}
