import type { Call, Performance } from '../adapters/adapter.ts'
import type { AnyAction } from '../adapters/port.ts'
import { type Fault, fault, Refusal, refuse } from '../values/fault.ts'
import { inTime } from '../values/in-time.ts'
import type { Json } from '../values/json.ts'
import { parse } from '../values/schema.ts'
import { between, type Duration, type Instant } from '../values/time.ts'
import type { Attempt } from './attempt.ts'
import { tell } from './door.ts'
import { endsCalls } from './halt.ts'
import type { OpenAdapter } from './kernel.ts'

/** What a provider did, as far as we know. `doubt`: it may have happened. */
export type Answer =
  | { readonly kind: 'done'; readonly output: Json }
  | { readonly kind: 'refused'; readonly fault: Fault }
  | { readonly kind: 'doubt'; readonly fault: Fault }

export type Single = Exclude<Performance<unknown, unknown, unknown>, { idempotency: 'parts' }>

/** What is to be performed, and by whom. */
interface Asked {
  readonly open: OpenAdapter
  readonly action: AnyAction
  readonly how: Single
  readonly input: Json
  /** When the audience was shown that was approved. */
  readonly shownAt?: Instant
}

/**
 * Performs one action at its provider: bounded in time, its answer parsed. By the adapter's contract a `Refusal` means that
 * nothing happened; whatever else it throws, and an answer of the wrong shape, leave it in doubt.
 */
export async function callAdapter(
  attempt: Attempt,
  { open, action, how, input, shownAt }: Asked,
  key: string,
  until?: Instant,
): Promise<Answer> {
  return bounded({ attempt, open, until }, async (call) => {
    const client = await connected(open)
    const answer = await how.do(client, input, { ...call, key, ...(shownAt === undefined ? {} : { shownAt }) })
    const parsed = parse(action.output, answer)
    if (parsed.ok) return { kind: 'done', output: parsed.value as Json }
    const nonsense = fault('adapter.nonsense', { adapter: open.adapter.name, action: action.name, why: parsed.why })
    return { kind: 'doubt', fault: nonsense }
  })
}

/** Asks a provider that keeps the audience how many an action would reach by now. Changes nothing there. */
export async function callReach(
  attempt: Attempt,
  open: OpenAdapter,
  reach: NonNullable<Single['reach']>,
  input: Json,
  shownAt?: Instant,
): Promise<number | Fault> {
  let count = 0
  const answer = await bounded({ attempt, open }, async (call) => {
    count = await reach(await connected(open), input, {
      ...call,
      key: 'reach',
      ...(shownAt === undefined ? {} : { shownAt }),
    })
    return { kind: 'done', output: count }
  })
  return answer.kind === 'done' ? count : answer.fault
}

/** Asks the provider whether it has an effect under this key. A refusal to answer is no answer: `doubt`. */
export async function findEffect(
  attempt: Attempt,
  open: OpenAdapter,
  action: AnyAction,
  how: Extract<Single, { idempotency: 'find' }>,
  key: string,
  input: Json,
): Promise<Answer | undefined> {
  let absent = false
  const answer = await bounded({ attempt, open }, async (call) => {
    const found = await how.find(await connected(open), key, input, { ...call, key })
    absent = found === undefined
    const parsed = parse(action.output, found)
    if (parsed.ok) return { kind: 'done', output: parsed.value as Json }
    return {
      kind: 'doubt',
      fault: fault('adapter.nonsense', { adapter: open.adapter.name, action: action.name, why: parsed.why }),
    }
  })
  if (absent) return undefined
  return answer.kind === 'refused' ? { ...answer, kind: 'doubt' } : answer
}

/** Takes back what an effect did, from its recorded output. Undoing twice is harmless by contract, so nothing is in doubt. */
export async function callUndo(
  attempt: Attempt,
  open: OpenAdapter,
  undo: NonNullable<Single['undo']>,
  key: string,
  output: Json,
): Promise<Answer> {
  const answer = await bounded({ attempt, open }, async (call) => {
    await undo(await connected(open), output, { ...call, key })
    return { kind: 'done', output: null }
  })
  return answer
}

/** The adapter's client. Connecting leaves no trace: when it fails, nothing has happened. */
export async function connected(open: OpenAdapter): Promise<unknown> {
  try {
    return await open.client()
  } catch (error) {
    if (error instanceof Refusal) throw error
    return refuse('adapter.unreachable', { adapter: open.adapter.name, why: reasonOf(error) })
  }
}

/** What someone else's code threw, in a line. */
function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

interface Bounds {
  readonly attempt: Attempt
  readonly open: OpenAdapter
  readonly until?: Instant | undefined
}

async function bounded(
  { attempt, open, until }: Bounds,
  work: (call: Omit<Call, 'key'>) => Promise<Answer>,
): Promise<Answer> {
  const { clock, crash, breakers } = attempt.kernel
  const { name, provider } = open.adapter
  const now = clock.now()
  const within = until === undefined ? provider.timeout : least(provider.timeout, between(now, until))
  const { run, task } = attempt
  const stopped = endsCalls(attempt.signal)
  const says = { late: 'no answer in time', stopped: 'the attempt was stopped' }
  crash?.before('call')
  try {
    const answer = await inTime({ clock, within, stopped, says }, (signal) =>
      work({ signal, now, run: run.id, subject: task.subject, left: leftOf(attempt) }),
    )
    tell(breakers, open, answer.kind === 'done' ? 'answered' : answer.fault)
    return answer
  } catch (error) {
    const why = error instanceof Refusal ? error.fault : undefined
    const unreachable = fault('adapter.unreachable', { adapter: name, why: reasonOf(error) })
    if (!isStopped(stopped)) tell(breakers, open, isLate(error, says.late) ? 'silent' : (why ?? unreachable))
    return why ? { kind: 'refused', fault: why } : { kind: 'doubt', fault: unreachable }
  } finally {
    crash?.after('call')
  }
}

function least(one: Duration, other: Duration): Duration {
  return one < other ? one : other
}

/** Stopped for reasons of ours. That a task's time ran out while it waited says as much of the adapter as the adapter's own time. */
function isStopped({ aborted, reason }: AbortSignal): boolean {
  return aborted && !(reason instanceof Refusal && reason.fault.code === 'task.over-time')
}

function isLate(error: unknown, late: string): boolean {
  return error instanceof Error && error.message === late
}

/** How many left an audience since an instant. Fault: `identity.unknown`. */
function leftOf({ kernel }: Attempt): NonNullable<Call['left']> {
  const { handles, members } = kernel.identities
  return async (audience, since) => members.left(await handles.resolve(audience), since)
}
