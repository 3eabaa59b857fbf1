import { cancelRun } from '../../executor/cancel-run.ts'
import type { Kernel } from '../../executor/kernel.ts'
import { storeRun } from '../../executor/start-run.ts'
import { factKey } from '../../identity/fact.ts'
import type { Statement } from '../../memory/distil/extract.ts'
import type { Progress } from '../../memory/distil/lesson.ts'
import { ownWords } from '../../memory/distil/own-words.ts'
import type { Stretch } from '../../memory/distil/stretch.ts'
import type { Row, Seq } from '../../store/tables.ts'
import type { StoredEvent } from '../../telemetry/event.ts'
import { derivedId, type IdentityId, type RunId } from '../../values/id.ts'
import type { Json } from '../../values/json.ts'
import { worstOrigin } from '../../values/origin.ts'
import { parse } from '../../values/schema.ts'
import { type Instant, isoInstant } from '../../values/time.ts'
import { prepared } from '../start.ts'
import { type DistilInput, distillerIn, distillerOutput, distilWorkflow } from './distiller.ts'

/** What the distiller has found, or that it is at work; `none`: there is nobody to ask, nothing to ask about, or it failed. */
export type Asked =
  | { readonly state: 'none' }
  | { readonly state: 'waiting'; readonly run: RunId }
  | {
      readonly state: 'answered'
      readonly run: RunId
      readonly statements: readonly Statement[]
      readonly unfit: number
    }

/** The distiller's run on what follows after a place in an identity's history: the same for whoever asks. */
export function runOf(identity: IdentityId, { until }: Pick<Progress, 'until'>): RunId {
  return derivedId('run', identity, 'distil', until)
}

/** Up to where a run that is there already was asked; more may have grown old since. */
export async function askedThrough({ journal }: Kernel, run: Row<'runs'>): Promise<Seq | undefined> {
  const [event] = await journal.at([run.input_seq])
  const input = event?.kind === 'run.started' ? (event.payload?.input as DistilInput | undefined) : undefined
  return input?.through
}

/** Asks the distiller about a stretch, or looks what it has answered. Faults: `plan.*`, `release.*`, `queue.full`. */
export async function ask(kernel: Kernel, stretch: Stretch, id: RunId, run: Row<'runs'> | undefined): Promise<Asked> {
  if (!run) return start(kernel, stretch, id)
  if (run.state === 'running') return { state: 'waiting', run: id }
  if (run.state === 'done') return answered(kernel, stretch, run)
  // A run that asks the operator would wait for as long as they do; it is about old letters.
  if (run.state === 'held') await cancelRun(kernel, id, 'history is distilled without a model')
  return { state: 'none' }
}

// A message says what matters in its first 1,500 characters; with 40 messages a stretch that is some 15,000 tokens at most.
const longestText = 1500

type Interaction = Extract<StoredEvent, { kind: 'interaction.recorded' }>

function messagesIn({ events }: Stretch): readonly Interaction[] {
  return events.filter((event) => event.kind === 'interaction.recorded' && event.payload !== null) as Interaction[]
}

async function start(kernel: Kernel, stretch: Stretch, id: RunId): Promise<Asked> {
  const distiller = distillerIn(kernel.doers)
  const messages = messagesIn(stretch)
  if (!distiller || messages.length === 0) return { state: 'none' }
  const input: DistilInput = {
    identity: stretch.identity,
    through: stretch.until,
    kind: stretch.of,
    messages: messages.map(({ seq, payload }) => ({
      seq,
      at: isoInstant(payload!.happenedAt),
      by: payload!.by,
      who: payload!.who,
      text: ownWords(payload!.text).slice(0, longestText),
    })),
  }
  const config = { workflows: [distilWorkflow(distiller)] }
  const origin = worstOrigin(['system', ...messages.map((event) => event.origin)])
  const run = await prepared({ kernel, config }, 'distil', input as unknown as Json, origin, id)
  await kernel.store.write(async (tx) => {
    const known = await tx.db.selectFrom('runs').select('id').where('id', '=', id).executeTakeFirst()
    if (!known) await storeRun(tx, kernel, run)
  })
  return { state: 'waiting', run: id }
}

// What a model is sure of is not certain.
const surest = 0.8

async function answered({ journal }: Kernel, stretch: Stretch, run: Row<'runs'>): Promise<Asked> {
  const [event] = run.output_seq === null ? [] : await journal.at([run.output_seq])
  const output = parse(distillerOutput, event?.kind === 'run.done' ? event.payload?.output : undefined)
  if (!output.ok) return { state: 'none' }
  const messages = new Map(messagesIn(stretch).map((message) => [message.seq, message]))
  // Whatever it read made what it says.
  const origin = worstOrigin(['system', ...[...messages.values()].map((message) => message.origin)])
  const statements = output.value.facts.flatMap(({ key, is, confidence, sources }): Statement[] => {
    const said = sources.map((seq) => messages.get(seq)?.payload?.happenedAt)
    if (factKey(key) === '' || said.some((at) => at === undefined)) return []
    const saidAt = Math.max(...(said as Instant[])) as Instant
    const sure = Math.min(confidence, surest)
    return [{ key: `said.${factKey(key)}`.slice(0, 70), value: { is }, confidence: sure, origin, sources, saidAt }]
  })
  return { state: 'answered', run: run.id, statements, unfit: output.value.facts.length - statements.length }
}
