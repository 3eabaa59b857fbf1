import type { AnyAction } from '../adapters/port.ts'
import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import type { EffectCause } from '../telemetry/event.ts'
import { type Fault, fault, isFault, refuse } from '../values/fault.ts'
import { derivedId, type EffectKey, type IdentityId } from '../values/id.ts'
import { contentHash, type Json } from '../values/json.ts'
import type { Origin } from '../values/origin.ts'
import type { Instant } from '../values/time.ts'
import type { Attempt } from './attempt.ts'
import { pauseFault } from './attempt.ts'
import { type Answer, callAdapter, findEffect, type Single } from './call-adapter.ts'
import { type Clearance, clear, policyGate } from './clearance.ts'
import { readApproved } from './decision.ts'
import { through } from './door.ts'
import { askInDoubt } from './doubt.ts'
import type { Performed } from './ending.ts'
import type { OpenAdapter } from './kernel.ts'
import { originOf, rememberOutside } from './outside-text.ts'
import { outgrown, withReach } from './reach.ts'
import { about, recordDone, recordMiss, recordRefused, recordTry } from './record-effect.ts'
import { readIntent } from './resolve-effect.ts'
import { isOfQuestion } from './standing-gate.ts'

/** One action to be performed outside, by one step of an attempt. */
export interface Ask {
  /** Names the effect within the task: `do`, `tool/2/0`, `do/idn_…`. */
  readonly step: string
  readonly action: AnyAction
  readonly open: OpenAdapter
  readonly how: Single
  readonly subject: IdentityId
  readonly input: Json
  readonly origin: Origin
  readonly sources: readonly number[]
  /** Set for the parts of a greater action that has been cleared already. */
  readonly cleared?: EffectCause
  /** Which refusals settle the effect for good; all that say `never` when left out. Others may be tried again under the same key. */
  readonly settles?: (refused: Fault) => boolean
  /** Asked last, in the transaction of the intent: a fault keeps the effect from leaving. */
  readonly admit?: (tx: Tx) => Promise<Fault | undefined>
  /**
   * Its input is made of what may change between two attempts (a member's name): once intended, what was intended is what is sent,
   * looked up and asked about.
   */
  readonly asIntended?: boolean
  /** How many it would reach by now, where the provider keeps the audience. */
  readonly reached?: number
  /** When the audience was shown that was approved. */
  readonly shownAt?: Instant
  /** An earlier call under this key may have happened, and only the provider's own deduplication stands for that. */
  readonly doubted?: boolean
}

/**
 * Performs an effect once (DESIGN §7): the intent is committed before the call, the outcome after it; what is left open by a crash or a
 * time-out is settled by what the adapter declared. The caller commits `also` with what follows from the outcome.
 */
export async function perform(attempt: Attempt, ask: Ask): Promise<Performed> {
  const known = await readEffect(attempt, ask)
  const intent = known ? await asIntended(attempt, ask, known) : ask
  if (known?.state === 'done') return alreadyDone(attempt, intent, known)
  const doubt = known !== undefined && known.fence !== 0
  // What the operator is asked, no provider has to be there for.
  const asked = doubt ? await askFirst(attempt, intent, known) : undefined
  if (asked) return asked
  const there = (): Promise<Performed> => performThere(attempt, intent, known)
  // Whoever performs the greater action has passed for all of its parts.
  return ask.cleared ? there() : through(attempt, ask.open, doubt, there)
}

async function performThere(attempt: Attempt, intent: Ask, known: Row<'effects'> | undefined): Promise<Performed> {
  const final = await withReach(attempt, intent)
  if (isFault(final)) return { kind: 'fault', fault: final }
  if (known && known.fence !== 0) return resolveOpen(attempt, final, known)
  const intended = await intend(attempt, final, known)
  return intended.kind === 'go' ? call(attempt, intended.ask, intended.key) : intended.end
}

/** The open or done effect of a step. Refused ones are over: another try is another effect, with a key of its own. */
async function readEffect(attempt: Attempt, ask: Ask): Promise<Row<'effects'> | undefined> {
  if (attempt.task.fence === 1) return undefined
  return attempt.kernel.store.read
    .selectFrom('effects')
    .selectAll()
    .where('task_id', '=', attempt.task.id)
    .where('step', '=', stepOf(attempt, ask))
    .where('state', '<>', 'refused')
    .executeTakeFirst()
}

/** What was intended under this key: what the journal says of it, or the operator's edit, where they made one at the gate of exactly this. */
async function asIntended({ kernel }: Attempt, ask: Ask, known: Row<'effects'>): Promise<Ask> {
  if (ask.asIntended) return { ...ask, input: await readIntent(kernel, known) }
  const gate = known.gate_id
  if (gate === null) return ask
  return kernel.store.write(async (tx) => {
    if (!(await isOfQuestion(tx, policyGate(known.key, ask), gate))) return ask
    const edited = (await kernel.gates.stateOf(tx, gate)) === 'edited'
    return edited ? { ...ask, input: await readApproved(tx, kernel, gate) } : ask
  })
}

type Intended =
  | { readonly kind: 'go'; readonly key: EffectKey; readonly ask: Ask }
  | { readonly kind: 'end'; readonly end: Performed }

async function intend(attempt: Attempt, ask: Ask, known: Row<'effects'> | undefined): Promise<Intended> {
  const { kernel, task } = attempt
  return kernel.store.write(async (tx) => {
    await kernel.queue.assertFence(tx, task.id, task.fence)
    const paused = pauseFault(attempt)
    if (paused) return { kind: 'end', end: { kind: 'postponed', fault: paused, until: kernel.clock.now() } }
    const kept = await ask.admit?.(tx)
    if (kept) return { kind: 'end', end: { kind: 'fault', fault: kept } }
    if (known) return tryAgain(tx, attempt, ask, known)
    const key = await nextKey(tx, attempt, ask)
    const cleared: Clearance = ask.cleared
      ? { kind: 'cleared', because: ask.cleared, input: ask.input }
      : await clear(tx, attempt, ask, key)
    if (cleared.kind !== 'cleared') return { kind: 'end', end: cleared }
    const final = { ...ask, input: cleared.input }
    await writeIntent(tx, attempt, final, key, cleared.because)
    return { kind: 'go', key, ask: final }
  })
}

async function writeIntent(tx: Tx, attempt: Attempt, ask: Ask, key: EffectKey, because: EffectCause): Promise<void> {
  const { kernel, task } = attempt
  const step = stepOf(attempt, ask)
  const adapter = ask.open.adapter.name
  const payload = {
    key,
    action: ask.action.name,
    adapter,
    step,
    input: ask.input,
    because,
    idempotency: ask.how.idempotency,
    reversible: ask.action.effect === 'reversible',
    fence: task.fence,
    undoes: null,
  }
  const seq = await kernel.journal.append(tx, { kind: 'effect.intended', ...about(attempt, ask), payload })
  await rememberOutside(tx, ask, seq)
  await tx.db
    .insertInto('effects')
    .values({
      key,
      run_id: task.run_id,
      task_id: task.id,
      step,
      action: ask.action.name,
      adapter,
      idempotency: ask.how.idempotency,
      reversible: ask.action.effect === 'reversible' ? 1 : 0,
      subject: ask.subject,
      state: 'intended',
      content_hash: contentOf(ask),
      fence: task.fence,
      gate_id: because.allowed === 'gate' ? because.gate : null,
      grant_id: because.allowed === 'grant' ? because.grant : null,
      undoes: null,
      intended_seq: seq,
      outcome_seq: null,
      intended_at: kernel.clock.now(),
      ended_at: null,
    })
    .execute()
}

/** An effect that surely did not happen yet is tried again under its key, if it still says the same. */
async function tryAgain(tx: Tx, attempt: Attempt, ask: Ask, known: Row<'effects'>): Promise<Intended> {
  if (known.content_hash !== contentOf(ask)) {
    return { kind: 'end', end: { kind: 'fault', fault: fault('effect.key-reused', { key: known.key }) } }
  }
  await recordTry(tx, attempt, ask, known.key, 'the last try did not reach it')
  return { kind: 'go', key: known.key, ask }
}

/** Puts a doubt that no provider can settle to the operator; `undefined` where it is to be done, looked up or done again. */
async function askFirst(attempt: Attempt, ask: Ask, known: Row<'effects'>): Promise<Performed | undefined> {
  if (known.content_hash !== contentOf(ask))
    return { kind: 'fault', fault: fault('effect.key-reused', { key: known.key }) }
  // Once unknown, always the operator's: also in a copy of the company, where keys and look-ups would mix up the two.
  if (ask.how.idempotency !== 'none' && known.state !== 'unknown') return undefined
  const asked = await askInDoubt(attempt, ask, known)
  if (asked.kind === 'again') return undefined
  return asked.kind === 'settled' ? settle(attempt, ask, known.key, asked.answer, 'operator') : asked
}

/** The call in flight may have happened: settle it as the adapter declared. */
async function resolveOpen(attempt: Attempt, ask: Ask, known: Row<'effects'>): Promise<Performed> {
  const { how } = ask
  if (how.idempotency === 'find') {
    const found = await findEffect(attempt, ask.open, ask.action, how, known.key, ask.input)
    if (found?.kind === 'done') return settle(attempt, ask, known.key, found, 'found')
    if (found) return { kind: 'fault', fault: found.fault }
  }
  const paused = pauseFault(attempt)
  if (paused) return { kind: 'postponed', fault: paused, until: attempt.kernel.clock.now() }
  const kept = await attempt.kernel.store.write(async (tx) => {
    await attempt.kernel.queue.assertFence(tx, attempt.task.id, attempt.task.fence)
    const refused = await ask.admit?.(tx)
    if (refused) return refused
    const why = how.idempotency === 'key' ? 'the provider knows the key' : 'it is not there'
    await recordTry(tx, attempt, ask, known.key, why)
    return undefined
  })
  if (kept) return { kind: 'fault', fault: kept }
  return call(attempt, how.idempotency === 'key' ? { ...ask, doubted: true } : ask, known.key)
}

async function call(attempt: Attempt, ask: Ask, key: EffectKey): Promise<Performed> {
  const paused = pauseFault(attempt)
  if (paused) return keepForLater(attempt, ask, key, paused)
  const grown = await outgrown(attempt, ask, key)
  if (grown) return settle(attempt, ask, key, { kind: 'refused', fault: grown }, 'answered')
  const answer = await callAdapter(attempt, ask, key)
  return settle(attempt, ask, key, answer, 'answered')
}

/** The company was paused while the intent was being written: this call has not left. What an earlier one did stays in doubt. */
async function keepForLater(attempt: Attempt, ask: Ask, key: EffectKey, why: Fault): Promise<Performed> {
  const { kernel } = attempt
  if (!ask.doubted) await kernel.store.write((tx) => recordMiss(tx, attempt, ask, key, why.message))
  return { kind: 'postponed', fault: why, until: kernel.clock.now() }
}

/** Turns an answer into what the attempt does next, and what is to be committed with it. */
async function settle(
  attempt: Attempt,
  ask: Ask,
  key: EffectKey,
  answer: Answer,
  how: 'answered' | 'found' | 'operator',
): Promise<Performed> {
  const { kernel } = attempt
  if (answer.kind === 'done') {
    const origin = await originOf(kernel, ask, answer.output)
    return {
      kind: 'done',
      output: answer.output,
      origin,
      also: (tx) => recordDone(tx, attempt, ask, key, { output: answer.output, origin, how }),
    }
  }
  // That this call was refused (a password has changed) says nothing of the one before it: the effect keeps its key, in doubt.
  if (answer.kind === 'refused' && ask.doubted && !ask.settles?.(answer.fault)) {
    return { kind: 'fault', fault: answer.fault }
  }
  if (answer.kind === 'refused' && answer.fault.retry === 'never' && (ask.settles?.(answer.fault) ?? true)) {
    return { kind: 'fault', fault: answer.fault, also: (tx) => recordRefused(tx, attempt, ask, key, answer.fault) }
  }
  if (answer.kind === 'refused') {
    return {
      kind: 'fault',
      fault: answer.fault,
      also: (tx) => recordMiss(tx, attempt, ask, key, answer.fault.message),
    }
  }
  if (ask.how.idempotency !== 'none') return { kind: 'fault', fault: answer.fault }
  const open = await kernel.store.read
    .selectFrom('effects')
    .selectAll()
    .where('key', '=', key)
    .executeTakeFirstOrThrow()
  const asked = await askInDoubt(attempt, ask, open, answer.fault)
  return asked.kind === 'held' ? asked : { kind: 'fault', fault: answer.fault }
}

async function alreadyDone(attempt: Attempt, ask: Ask, row: Row<'effects'>): Promise<Performed> {
  if (row.content_hash !== contentOf(ask)) return { kind: 'fault', fault: fault('effect.key-reused', { key: row.key }) }
  const [event] = await attempt.kernel.journal.at([row.outcome_seq ?? 0])
  if (event?.kind !== 'effect.done') throw new TypeError(`${row.key} is done without an outcome`)
  if (event.payload === null) refuse('vault.forgotten', { identity: event.subject })
  return { kind: 'done', output: event.payload.output, origin: event.origin }
}

async function nextKey(tx: Tx, attempt: Attempt, ask: Ask): Promise<EffectKey> {
  const step = stepOf(attempt, ask)
  if (attempt.task.fence === 1) return derivedId('eff', attempt.run.id, attempt.task.name, step, 0)
  const { count } = await tx.db
    .selectFrom('effects')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('task_id', '=', attempt.task.id)
    .where('step', '=', step)
    .executeTakeFirstOrThrow()
  return derivedId('eff', attempt.run.id, attempt.task.name, step, count)
}

/** A returned task starts a round of its own: what it then does is new. */
export function stepOf(attempt: Pick<Attempt, 'task'>, ask: Pick<Ask, 'step'>): string {
  return `${attempt.task.round}/${ask.step}`
}

function contentOf(ask: Pick<Ask, 'action' | 'input'>): string {
  return contentHash([ask.action.name, ask.input])
}
