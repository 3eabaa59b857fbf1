import type { Member, Spread, SpreadCall, Tally } from '../adapters/adapter.ts'
import type { EffectCause } from '../telemetry/event.ts'
import { fault, faultIn } from '../values/fault.ts'
import { derivedId, type IdentityId } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import { worstOrigin } from '../values/origin.ts'
import { parse } from '../values/schema.ts'
import type { Instant } from '../values/time.ts'
import { settleAbsent } from './absent-parts.ts'
import { approvalOf } from './approval.ts'
import { type Attempt, recordStep } from './attempt.ts'
import { connected } from './call-adapter.ts'
import { clear } from './clearance.ts'
import { type Ask, stepOf } from './effect.ts'
import type { AttemptEnd, Performed } from './ending.ts'
import { doneBy } from './run-action.ts'
import type { Inputs } from './values.ts'
import { Walk, type Whole } from './walk-parts.ts'

// One page of members at a time: an audience of any size takes the same memory.
const pageSize = 500

/**
 * Performs an action that is many effects, a few at a time. It is cleared once, as a whole; then each part goes its own way:
 * done, refused, or in doubt. Parts that are settled are passed over, so that a crash in the middle repeats no one.
 */
export async function runParts(
  attempt: Attempt,
  given: Whole,
  how: Spread<unknown, unknown, unknown>,
  inputs: Inputs,
): Promise<AttemptEnd> {
  const cleared = await clearWhole(attempt, given)
  if (cleared.kind !== 'cleared') return cleared
  const client = await connected(given.open)
  // What the operator approved with edits is what goes out.
  const whole = { ...given, input: cleared.input }
  const call = spreadCall(attempt, whole, cleared, await audienceOf(attempt, whole))
  const hands = Math.max(1, whole.open.adapter.provider.concurrency ?? 4)
  const copied = await copiedDoubts(attempt)
  if (copied.size > 0) {
    // In a copy nobody knows how far the first company went on: until the operator has answered, nothing more goes out.
    const asking = new Walk(attempt, whole, cleared.because, (step) => copied.has(step))
    await asking.takeFrom(how.parts(client, whole.input, call)[Symbol.asyncIterator]())
    asking.end()
    if (asking.thrown) throw asking.thrown.error
    const first = asking.stop ?? asking.doubt
    if (first) return first
  }
  const settled = await settledSteps(attempt)
  const walk = new Walk(attempt, whole, cleared.because, (step) => !settled.has(step))
  const parts = how.parts(client, whole.input, call)[Symbol.asyncIterator]()
  await Promise.all(Array.from({ length: hands }, () => walk.takeFrom(parts)))
  walk.end()
  await parts.return?.()
  if (walk.thrown) throw walk.thrown.error
  if (walk.stop) return walk.stop
  if (attempt.signal.aborted) return { kind: 'fault', fault: faultIn(attempt.signal.reason) }
  if (walk.later) return walk.later
  const absent = await settleAbsent(attempt, whole, (step) => walk.saw(step))
  const end = walk.doubt ?? absent
  if (end) return end
  const output = parse(whole.action.output, how.join(client, cleared.input, await tallyOf(attempt), call))
  if (!output.ok)
    return {
      kind: 'fault',
      fault: fault('adapter.nonsense', {
        adapter: whole.open.adapter.name,
        action: whole.action.name,
        why: output.why,
      }),
    }
  const origin = worstOrigin([inputs.origin, whole.action.origin])
  return doneBy(whole, { kind: 'done', output: output.value as Json, origin }, inputs)
}

interface ClearedWhole {
  readonly kind: 'cleared'
  /** What is done: the operator may have edited it. */
  readonly input: Json
  readonly because: EffectCause
  /** Members who joined later are left out. */
  readonly joinedBy: Instant
  readonly maxRecipients: number | null
}

/** Clears the whole action once and journals that, so that every later attempt stands on the same clearance. */
async function clearWhole(
  attempt: Attempt,
  whole: Whole,
): Promise<ClearedWhole | Exclude<Performed, { kind: 'done' }>> {
  const { kernel } = attempt
  const known = attempt.steps.get('cleared')
  if (known) return { kind: 'cleared', ...(known.output as unknown as Omit<ClearedWhole, 'kind'>) }
  const ask: Ask = { ...whole, how: { idempotency: 'key', do: async () => undefined } }
  const key = derivedId('eff', attempt.run.id, attempt.task.name, stepOf(attempt, ask), 0)
  return kernel.store.write(async (tx) => {
    const cleared = await clear(tx, attempt, ask, key)
    if (cleared.kind !== 'cleared') return cleared
    const approval = await approvalOf(tx, attempt, ask)
    const bound =
      approval.kind === 'covers'
        ? { joinedBy: approval.at, maxRecipients: approval.maxRecipients }
        : { joinedBy: kernel.clock.now(), maxRecipients: null }
    const output = { because: cleared.because, input: cleared.input, ...bound }
    await recordStep(tx, attempt, {
      key: 'cleared',
      kind: 'clearance',
      output: output as unknown as Json,
      origin: 'system',
    })
    return { kind: 'cleared', ...output }
  })
}

function spreadCall(attempt: Attempt, whole: Whole, cleared: ClearedWhole, to: IdentityId | undefined): SpreadCall {
  const { kernel } = attempt
  return {
    key: derivedId('eff', attempt.run.id, attempt.task.name, stepOf(attempt, whole), 0),
    signal: attempt.signal,
    now: kernel.clock.now(),
    run: attempt.run.id,
    members: (audience) => members(attempt, audience, cleared),
    // A link outlives every handle, and only an id can be read back from it.
    unsubscribe: (audience, member) => kernel.unsubscribe(to ?? (audience as IdentityId), member),
  }
}

async function audienceOf({ kernel }: Attempt, whole: Whole): Promise<IdentityId | undefined> {
  const handle = whole.action.audience?.(whole.input)
  return handle === undefined ? undefined : kernel.identities.handles.resolve(handle)
}

async function* members(attempt: Attempt, audience: string, cleared: ClearedWhole): AsyncIterable<Member> {
  const { identities } = attempt.kernel
  const id = await identities.handles.resolve(audience)
  let after: IdentityId | undefined
  let count = 0
  for (;;) {
    const page = await identities.members.active(id, {
      ...(after ? { after } : {}),
      limit: pageSize,
      joinedBy: cleared.joinedBy,
    })
    for (const { id: identity, name, email } of page) {
      if (email === null) continue
      count += 1
      // More than the operator saw would be another audience than the approved one.
      if (cleared.maxRecipients !== null && count > cleared.maxRecipients) return
      yield { identity, name: name ?? email, email }
    }
    after = page.at(-1)?.id
    if (page.length < pageSize) return
  }
}

/** What was on its way when this copy of the company was made: its fence is the negative epoch. */
async function copiedDoubts(attempt: Attempt): Promise<Set<string>> {
  if (attempt.task.fence === 1) return new Set()
  const rows = await attempt.kernel.store.read
    .selectFrom('effects')
    .select('step')
    .where('task_id', '=', attempt.task.id)
    .where('state', '=', 'unknown')
    .where('fence', '<', 0)
    .execute()
  return new Set(rows.map((row) => row.step))
}

async function settledSteps(attempt: Attempt): Promise<Set<string>> {
  if (attempt.task.fence === 1) return new Set()
  const rows = await attempt.kernel.store.read
    .selectFrom('effects')
    .select('step')
    .where('task_id', '=', attempt.task.id)
    .where('state', 'in', ['done', 'refused'])
    .execute()
  return new Set(rows.map((row) => row.step))
}

async function tallyOf(attempt: Attempt): Promise<Tally> {
  const rows = await attempt.kernel.store.read
    .selectFrom('effects')
    .select((eb) => ['state', eb.fn.countAll<number>().as('count')])
    .where('task_id', '=', attempt.task.id)
    // Fence 0: surely not sent, and not to be sent any more.
    .where('fence', '<>', 0)
    .groupBy('state')
    .execute()
  const count = (...states: string[]): number =>
    rows.filter((row) => states.includes(row.state)).reduce((sum, row) => sum + row.count, 0)
  return { done: count('done'), refused: count('refused'), unknown: count('unknown', 'intended') }
}
