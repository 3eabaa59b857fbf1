import type { ControlScope, Rule } from '../../src/budget/control.ts'
import { rowOf } from '../../src/budget/control-row.ts'
import type { Row } from '../../src/store/tables.ts'
import type { ControlId, RunId } from '../../src/values/id.ts'
import { known, type Told } from './told.ts'

/** What the operator said at run time, and the runs that waited for it, as the journal tells it. */
export function foldControls(events: readonly Told[]): {
  controls: Row<'controls'>[]
  admissions: Row<'admissions'>[]
} {
  const controls = new Map<ControlId, Row<'controls'>>()
  const admissions = new Map<RunId, Row<'admissions'>>()
  for (const event of events) {
    if (event.kind === 'control.set') {
      const { control: id, scope, rule, lanes, until } = event.payload
      const by = event.origin === 'system' ? 'system' : 'operator'
      const told = { id, scope: scope as ControlScope, rule: rule as Rule, lanes, by, since: event.at, until } as const
      controls.set(id, rowOf(told, event.seq))
    } else if (event.kind === 'control.lifted') {
      const { control } = event.payload
      const row = known(controls.get(control), control)
      controls.set(control, { ...row, lifted_seq: event.seq, lifted_at: event.at })
    } else if (event.kind === 'control.delayed') {
      const run_id = known(event.run ?? undefined, 'a run')
      const { workflow, until } = event.payload
      admissions.set(run_id, { run_id, workflow, due_at: until, begun_at: null })
    } else if (event.kind === 'control.admitted') {
      const run = known(event.run ?? undefined, 'a run')
      admissions.set(run, { ...known(admissions.get(run), run), begun_at: event.at })
    }
  }
  return { controls: [...controls.values()], admissions: [...admissions.values()] }
}
