import type { NewGate } from '../gate/gate.ts'
import type { Tx } from '../store/store.ts'
import type { Card } from '../telemetry/card.ts'
import type { StoredEvent } from '../telemetry/event.ts'
import type { Fault } from '../values/fault.ts'
import type { GateId, IdentityId, RunId } from '../values/id.ts'
import { type Json, reach } from '../values/json.ts'
import { microUsd, type Usd } from '../values/money.ts'
import type { Origin } from '../values/origin.ts'
import type { Attempt } from './attempt.ts'
import type { Ask } from './effect.ts'
import { recalledBy } from './recalled.ts'

// A card is read by a person: more sources than this are counted, not listed.
const maxSources = 50

/** What a run has cost until now: spent, and reserved by calls under way. */
export async function costSoFar(tx: Tx, run: RunId): Promise<Usd> {
  const row = await tx.db
    .selectFrom('budgets')
    .select(['spent', 'reserved'])
    .where('scope', '=', `run:${run}`)
    .executeTakeFirst()
  return microUsd(row ? row.spent + row.reserved : 0)
}

/** What is put to the operator when a task cannot go on by itself. */
export interface Question extends Partial<Pick<Card, 'kind' | 'content' | 'actions' | 'sources'>> {
  readonly ask: string
  readonly reason: Card['reason']
  /** Whom it is about, where that is not the task's own subject. */
  readonly subject?: IdentityId
  /** Where its content comes from; the system when left out. */
  readonly origin?: Origin
  readonly fault?: Fault
  readonly effect?: NonNullable<Card['effect']>
  readonly more?: NonNullable<Card['more']>
}

/** Opens the gate of a question: it waits until somebody answers, and its answer covers no action. */
export async function putQuestion(tx: Tx, attempt: Attempt, id: GateId, question: Question): Promise<void> {
  const { kernel, run, task } = attempt
  const { subject = task.subject, origin = 'system', ...shown } = question
  const rest = { costSoFar: await costSoFar(tx, run.id), dueAt: null, otherwise: 'wait' } as const
  const card: Card = { kind: 'confirm', content: null, actions: [], sources: [], ...shown, ...rest }
  await kernel.gates.open(tx, { id, run: run.id, task: task.id, subject, origin, covers: [], card })
}

/** The gate before an action that nothing has cleared: the exact input, whom it reaches, who asked for it. */
export async function policyCard(
  tx: Tx,
  attempt: Attempt,
  ask: Ask,
  gate: GateId,
  kind: 'batch' | 'confirm',
  why: Fault | undefined,
): Promise<NewGate> {
  const recipients = ask.action.recipients?.(ask.input)
  const reached = await reachOf(attempt, ask)
  const amount = ask.action.amount?.(ask.input)
  const read = await attempt.kernel.journal.at(ask.sources.slice(0, maxSources))
  const events = read.filter((event) => event.run === attempt.run.id)
  return {
    id: gate,
    run: attempt.run.id,
    task: attempt.task.id,
    subject: ask.subject,
    origin: ask.origin,
    covers: [ask.action.name],
    card: {
      ask: why?.message ?? `May ${attempt.task.name} do this? ${ask.action.does}`,
      reason: 'policy',
      kind,
      content: ask.input,
      actions: [ask.action.name],
      ...(reached ? { recipients: reached } : {}),
      ...(recipients ? { recipients: { count: recipients.length, handles: recipients } } : {}),
      ...(amount ? { amount } : {}),
      ...madeBy(events),
      sources: sourcesOf(events),
      ...(await recalledBy(attempt.kernel, events, [attempt.task.id])),
      costSoFar: await costSoFar(tx, attempt.run.id),
      dueAt: null,
      otherwise: 'wait',
      ...(why ? { fault: why } : {}),
    },
  }
}

/** The audience that a provider keeps, and how many of it would be reached. */
async function reachOf({ kernel }: Attempt, { action, input, reached }: Ask): Promise<Card['recipients']> {
  if (reached === undefined) return undefined
  const named = action.audience?.(input)
  const audience = named === undefined ? undefined : await kernel.identities.handles.find(named)
  return { ...(audience === undefined ? {} : { audience }), count: reached }
}

/** Who made what is decided on: the last agent among the events it was made of. */
export function madeBy(events: readonly StoredEvent[]): Pick<Card, 'madeBy' | 'rawConfidence'> {
  for (const event of events.toReversed()) {
    if (event.kind !== 'task.done' || !event.payload?.madeBy) continue
    const { madeBy: who, confidence } = event.payload
    return { madeBy: who, ...(confidence === undefined ? {} : { rawConfidence: confidence }) }
  }
  return {}
}

/**
 * What data was used, each with a link where it has one: the sources that outputs name, once each, the newest mention counting;
 * then what the tasks gave, by the doer that gave it.
 */
export function sourcesOf(events: readonly StoredEvent[]): Card['sources'] {
  const named = new Map(
    events
      .flatMap((event) => sourcesIn(event.seq, outputIn(event)))
      .map((source) => [source.url ?? source.title, source]),
  )
  const given = events.map((event) => ({ seq: event.seq, title: nameOf(event) }))
  return [...named.values(), ...given].slice(0, maxSources)
}

function outputIn(event: StoredEvent): Json | undefined {
  if (event.kind === 'task.done') return event.payload?.output
  return event.kind === 'run.started' ? event.payload?.input : undefined
}

function nameOf(event: StoredEvent): string {
  if (event.kind === 'run.started') return 'what the run was given'
  const doer = event.kind === 'task.done' ? event.payload?.madeBy?.doer : undefined
  return doer === undefined ? `event ${event.seq}` : `what ${doer} gave`
}

function sourcesIn(seq: number, output: Json | undefined): Card['sources'] {
  const listed = reach(output, ['sources'])
  if (!Array.isArray(listed)) return []
  return listed.flatMap((source: Json) => {
    const title = reach(source, ['title'])
    const url = reach(source, ['url'])
    if (typeof title !== 'string') return []
    return [{ seq, title, ...(typeof url === 'string' ? { url } : {}) }]
  })
}
