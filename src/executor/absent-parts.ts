import type { AnyAction } from '../adapters/port.ts'
import type { Row } from '../store/tables.ts'
import { fault, isFault } from '../values/fault.ts'
import { singlePerformerOf } from './act.ts'
import type { Attempt } from './attempt.ts'
import { perform } from './effect.ts'
import type { Performed } from './ending.ts'
import { mayHaveHappened, readIntent, recordNothing } from './resolve-effect.ts'
import type { Whole } from './walk-parts.ts'

/**
 * Ends what was begun for members who left since, so that a walk no longer comes by them (`saw`): what is in doubt is put to the
 * operator like any other, and nothing more is sent. Gives a doubt that is open, or what else stands in the way.
 */
export async function settleAbsent(
  attempt: Attempt,
  whole: Whole,
  saw: (step: string) => boolean,
): Promise<Exclude<Performed, { kind: 'done' }> | undefined> {
  if (attempt.task.fence === 1) return undefined
  const { kernel, task } = attempt
  const begun = await kernel.store.read
    .selectFrom('effects')
    .selectAll()
    .where('task_id', '=', task.id)
    .where('state', 'in', ['intended', 'unknown'])
    .execute()
  let open: Exclude<Performed, { kind: 'done' }> | undefined
  for (const effect of begun) {
    if (saw(effect.step) || !effect.step.startsWith(`${task.round}/`)) continue
    open = (await settleOne(attempt, whole, effect)) ?? open
  }
  return open
}

async function settleOne(
  attempt: Attempt,
  whole: Whole,
  effect: Row<'effects'>,
): Promise<Exclude<Performed, { kind: 'done' }> | undefined> {
  const { kernel, task } = attempt
  const left = fault('newsletter.left', { member: effect.subject })
  const performed = mayHaveHappened(effect) ? await ask() : ({ kind: 'fault', fault: left } as const)
  await kernel.store.write(async (tx) => {
    if ('also' in performed) await performed.also?.(tx)
    if (performed.kind === 'fault' && performed.fault.code === left.code)
      await recordNothing(tx, kernel, effect, performed.fault)
  })
  return performed.kind === 'done' || (performed.kind === 'fault' && performed.fault.code === left.code)
    ? undefined
    : performed

  async function ask(): Promise<Performed> {
    const action = kernel.doers.get(effect.action) as AnyAction
    const performer = singlePerformerOf(kernel, action)
    if (isFault(performer)) return { kind: 'fault', fault: performer }
    return perform(attempt, {
      ...whole,
      ...performer,
      step: effect.step.slice(`${task.round}/`.length),
      action,
      subject: effect.subject,
      input: await readIntent(kernel, effect),
      admit: async () => left,
    })
  }
}
