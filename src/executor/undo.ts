import type { NewTask } from '../queue/queue.ts'
import type { Row } from '../store/tables.ts'
import { refuse } from '../values/fault.ts'
import type { EffectKey, RunId, TaskId } from '../values/id.ts'
import { cancelIn, requireRun } from './cancel-run.ts'
import { countMending } from './desk-time.ts'
import type { Kernel } from './kernel.ts'
import { taskId } from './place.ts'
import { mayHaveHappened, recordNothing } from './resolve-effect.ts'
import { moveRun, settleRun } from './settle-run.ts'
import { howToUndo } from './undo-permit.ts'

/**
 * What an undo would do with one effect. `ask`: it cannot be taken back, nobody knows whether it happened, or taking it back is
 * seen outside. `undo` of one that is open means that it is looked up first.
 */
export interface Undoing {
  readonly effect: EffectKey
  readonly action: string
  readonly adapter: string
  readonly subject: Row<'effects'>['subject']
  readonly how: 'undo' | 'ask'
}

// So many effects a query: a run of any length is read in bounded pieces.
const pageSize = 1000

/** A run's effects that an undo has to do with, last first. */
export async function planUndo(kernel: Kernel, run: RunId): Promise<Undoing[]> {
  const effects = await openEffects(kernel.store.read, run)
  return effects.filter(mayHaveHappened).map((effect) => {
    const { key, action, adapter, subject } = effect
    return { effect: key, action, adapter, subject, how: howToUndo(kernel, effect) }
  })
}

/**
 * Takes a run back: cancels what is still at work, then undoes its effects in reverse order of completion, each as a task of its
 * own that needs the one after it. What cannot be undone, and what is in doubt, becomes a question to the operator, once for
 * each task. Gives the tasks to be stopped. Faults: `input.unknown`, `run.not-possible`.
 */
export async function undoRun(kernel: Kernel, id: RunId): Promise<readonly TaskId[]> {
  return kernel.store.write(async (tx) => {
    const run = await requireRun(tx, id)
    const working = await cancelIn(tx, kernel, run, 'the operator undoes the run')
    const stopped = await requireRun(tx, id)
    if (!(await moveRun(tx, kernel, stopped, 'undoing', 'the operator asked for it'))) {
      refuse('run.not-possible', {
        run: id,
        state: run.state,
        verb: 'be undone',
        hint: 'It has been undone, or is being undone.',
      })
    }
    await countMending(tx, kernel, run, [])
    const effects = await openEffects(tx.db, id)
    for (const effect of effects) if (!mayHaveHappened(effect)) await recordNothing(tx, kernel, effect)
    await kernel.queue.add(tx, undoTasks(kernel, stopped, effects.filter(mayHaveHappened)))
    await settleRun(tx, kernel, id)
    return working ?? []
  })
}

function undoTasks(kernel: Kernel, run: Row<'runs'>, effects: readonly Row<'effects'>[]): NewTask[] {
  const tasks: NewTask[] = []
  const asked = new Set<string>()
  for (const effect of effects) {
    const group = `${effect.task_id} ${effect.state}`
    if (effect.reversible === 0 && asked.has(group)) continue
    if (effect.reversible === 0) asked.add(group)
    const name = `undo/${effect.key}`
    const before = tasks.at(-1)
    tasks.push({
      id: taskId(run.id, name),
      run: run.id,
      name,
      plan: run.plan_hash,
      node: effect.key,
      kind: 'undo',
      subject: effect.subject,
      lane: 'interactive',
      priority: 0,
      needs: before ? [before.id] : [],
      dueAt: kernel.clock.now(),
    })
  }
  return tasks
}

/** All effects of a run that are done or may be, last first. What was done to someone who is forgotten is known to nobody any more. */
async function openEffects(db: Kernel['store']['read'], run: RunId): Promise<Row<'effects'>[]> {
  const found: Row<'effects'>[] = []
  for (;;) {
    const page = await db
      .selectFrom('effects')
      .selectAll()
      .where('run_id', '=', run)
      .where('state', 'in', ['done', 'intended', 'unknown'])
      .where('undoes', 'is', null)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('identities')
              .select('id')
              .whereRef('identities.id', '=', 'effects.subject')
              .where('forgotten_at', 'is not', null),
          ),
        ),
      )
      .orderBy((eb) => eb.fn.coalesce('outcome_seq', 'intended_seq'), 'desc')
      .limit(pageSize)
      .offset(found.length)
      .execute()
    found.push(...page)
    if (page.length < pageSize) return found
  }
}
