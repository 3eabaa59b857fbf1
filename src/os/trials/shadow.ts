import type { Trial } from '../../agents/trial.ts'
import type { Kernel } from '../../executor/kernel.ts'
import { purseOf, storeRepeat, taskWithRun } from '../../executor/repeat.ts'
import { compiled } from '../../store/compiled.ts'
import type { TrialId } from '../../values/id.ts'
import { versionOf } from './follow-release.ts'

// A worker has sixteen hands; what nobody waits for is handed over a little at a time, after each that ends.
const mostAtOnce = 50

/**
 * Lets the version in the shadow repeat what the released one has ended since. Each is a run of its own in the background: the real one has
 * ended, and neither waits for it nor hears of it. Which are due is seen in rows, so that a process that dies loses none.
 */
export async function followShadow(kernel: Kernel, trial: Trial): Promise<void> {
  if (kernel.trials.open(trial.agent)?.id !== trial.id) return
  if (await isPurseEmpty(kernel, trial)) {
    await kernel.store.write(async (tx) => {
      const version = await versionOf(tx, trial.hash)
      await kernel.trials.move(tx, trial, { to: 'inconclusive', by: 'system', version, because: [], runs: 0 })
    })
    return
  }
  const body = await kernel.shelf.agent(trial.hash)
  if (!body) throw new TypeError(`${trial.hash} is at trial and is not kept`)
  const version = { hash: trial.hash, kind: 'agent', name: body.name, version: body.version, body } as const
  const due = await unrepeated.all(kernel.store.read, { trial: trial.id, limit: mostAtOnce })
  for (const { task_id } of due) {
    const original = await taskWithRun(kernel, task_id)
    await kernel.store.write((tx) => storeRepeat(tx, kernel, original, { cause: trial.id, version, live: false }))
  }
  if (due.length === mostAtOnce) kernel.trials.mark(trial.id)
}

/** One of its newest runs could not be paid. */
async function isPurseEmpty({ store, journal, budget }: Kernel, { id }: Trial): Promise<boolean> {
  const { limit, spent, reserved } = await budget.spentOn(purseOf(id))
  if (limit !== null && spent + reserved >= limit) return reserved === 0
  const failed = await lastFailed.all(store.read, { cause: id })
  const events = await journal.at(failed.flatMap(({ outcome_seq }) => outcome_seq ?? []))
  return events.some((event) => event.kind === 'task.failed' && event.payload?.fault.code === 'budget.exhausted')
}

const unrepeated = compiled((db, given: { trial: TrialId; limit: number }) =>
  db
    .selectFrom('trial_observations as seen')
    .select('seen.task_id')
    .where('seen.trial_id', '=', given.trial)
    .where('seen.arm', '=', 'base')
    .where('seen.measure', '=', 'failure')
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('repeats')
            .select('repeats.run_id')
            .where('repeats.cause', '=', given.trial)
            .whereRef('repeats.task_id', '=', 'seen.task_id'),
        ),
      ),
    )
    .orderBy('seen.seq')
    .limit(given.limit),
)
const lastFailed = compiled((db, given: { cause: TrialId }) =>
  db
    .selectFrom('repeats')
    .innerJoin('tasks', 'tasks.run_id', 'repeats.run_id')
    .select(['tasks.outcome_seq'])
    .where('repeats.cause', '=', given.cause)
    .where('tasks.state', '=', 'failed')
    .orderBy('tasks.outcome_seq', 'desc')
    .limit(5),
)
