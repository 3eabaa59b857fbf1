import { compiled } from '../store/compiled.ts'
import type { Store, Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import type { TrialId } from '../values/id.ts'

export type Observation = Row<'trial_observations'>

/** Keeps what became known of a run, unless the same was known of it before. Gives whether it was new. */
export async function keepObservation(tx: Tx, observation: Observation): Promise<boolean> {
  return (await insertOne.run(tx.db, observation)) === 1
}

/** What was observed after this event, in the order in which it became known, in pages that never part what one event told. */
export async function* observationsAfter({ read }: Store, trial: TrialId, after: number): AsyncGenerator<Observation> {
  for (let from = after; ; ) {
    const rows = await pageOf.all(read, { trial, from, limit: page })
    const last = rows.at(-1)?.seq
    const whole = rows.length < page ? rows : rows.filter((row) => row.seq !== last)
    yield* whole
    const until = whole.at(-1)?.seq
    if (rows.length < page || until === undefined) return
    from = until
  }
}

// An event tells six numbers at most.
const page = 600

const insertOne = compiled((db, given: Observation) =>
  db
    .insertInto('trial_observations')
    .values({
      trial_id: given.trial_id,
      run_id: given.run_id,
      measure: given.measure,
      arm: given.arm,
      value: given.value,
      task_id: given.task_id,
      seq: given.seq,
    })
    .onConflict((clash) => clash.columns(['trial_id', 'run_id', 'measure']).doNothing()),
)
const pageOf = compiled((db, given: { trial: TrialId; from: number; limit: number }) =>
  db
    .selectFrom('trial_observations')
    .selectAll()
    .where('trial_id', '=', given.trial)
    .where('seq', '>', given.from)
    .orderBy('seq')
    .orderBy('measure')
    .limit(given.limit),
)
