import { type BatchDesk, type Batching, openBatches } from '../models/batch.ts'
import type { ModelChoice } from '../models/model.ts'
import { fault, Refusal, refuse } from '../values/fault.ts'
import { microUsd, type Usd } from '../values/money.ts'
import { between, hours, type Instant, later, milliseconds, minutes, seconds } from '../values/time.ts'
import { type Batched, isKnown, sentBatch } from './batch-record.ts'
import type { Kernel } from './kernel.ts'

// Both providers end a batch after 24 hours; two more for those who are late. What is silent for longer never answers.
const longestWait = hours(26)
// Most batches take minutes, few take hours: looked at again after a quarter of the time that it has waited already.
const firstPause = seconds(30)
const longestPause = minutes(15)
// What a provider has taken stands in its list after this time, whatever it lists from.
const listLag = minutes(1)
// A look takes as long as an ordinary request may that answers at once.
const longestLook = minutes(2)

/** The model of this name, if its turns may wait in batches. */
export function batchingModel(kernel: Pick<Kernel, 'models'>, name: string): Batching | undefined {
  const choices: readonly ModelChoice[] = Object.values(kernel.models).flat()
  return choices.find((choice): choice is Batching => choice.name === name && choice.batch !== undefined)
}

/** Opens its batch API. Fault (thrown): `secret.missing`. */
export function deskOf({ vault }: Pick<Kernel, 'vault'>, choice: Batching): Promise<BatchDesk> {
  return openBatches(choice, (name) => vault.secret(name) ?? refuse('secret.missing', { adapter: choice.name, name }))
}

/** What so much at the usual price costs in a batch, rounded up. */
export function batchPrice(choice: Batching, usual: Usd): Usd {
  return microUsd(Math.ceil(usual * choice.batch.part))
}

/** When a batch is looked at next. */
export function nextLook(row: Pick<Batched, 'intended_at'>, now: Instant): Instant {
  const quarter = between(row.intended_at, now) / 4
  return later(now, milliseconds(Math.min(longestPause, Math.max(firstPause, quarter))))
}

/** True of what has waited for longer than any provider lets it. */
export function isOverdue(row: Pick<Batched, 'intended_at'>, now: Instant): boolean {
  return between(row.intended_at, now) > longestWait
}

/**
 * The provider's id of a turn that was to be sent: known, or found there after a crash. `unsure` while that cannot be told;
 * `absent` when it never got there.
 */
export async function located(
  kernel: Kernel,
  desk: BatchDesk,
  row: Batched,
  signal: AbortSignal,
): Promise<(Batched & { readonly batch: string }) | 'unsure' | 'absent'> {
  if (row.batch !== null) return { ...row, batch: row.batch }
  const found = await desk.find(row.id, row.intended_at, (batch) => isKnown(kernel, batch), signal)
  if (found === 'perhaps') return 'unsure'
  if (found === 'absent') return between(row.intended_at, kernel.clock.now()) < listLag ? 'unsure' : 'absent'
  await kernel.store.write((tx) => sentBatch(tx, kernel, row, found.found))
  return { ...row, state: 'sent', batch: found.found }
}

/** Work with a signal that ends what a provider leaves hanging. */
export async function briefly<T>(
  { clock }: Pick<Kernel, 'clock'>,
  signal: AbortSignal,
  model: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController()
  const silent = fault('model.unreachable', { model, why: 'its batches gave no answer in two minutes' })
  const stop = clock.wake(later(clock.now(), longestLook), () => late.abort(new Refusal(silent)))
  try {
    return await work(AbortSignal.any([signal, late.signal]))
  } finally {
    stop()
  }
}
