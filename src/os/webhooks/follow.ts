import { type NewRun, storeRun } from '../../executor/start-run.ts'
import { answerWait, matchHash } from '../../executor/wait.ts'
import type { Tx } from '../../store/store.ts'
import type { Row } from '../../store/tables.ts'
import type { Draft } from '../../telemetry/event.ts'
import { type Fault, fault, Refusal, refuse } from '../../values/fault.ts'
import { companyIdentity, type IdentityId, type ReceiptId } from '../../values/id.ts'
import type { Json } from '../../values/json.ts'
import { parse } from '../../values/schema.ts'
import type { Company } from '../commands.ts'
import { prepared } from '../start.ts'
import { type Arrived, fill, keyOf, partOf, ruleFor } from './fill.ts'
import type { Rule, Webhook } from './webhook.ts'

export type ReceiptState = Row<'receipts'>['state']
type Parts = Pick<Company, 'kernel' | 'config'>

/** An event on its way in: verified, and read. */
export interface Event {
  readonly id: ReceiptId
  readonly webhook: Webhook
  readonly event: string
  readonly arrived: Arrived
}

/**
 * Stores an event and does what its rule says, in one transaction; when that is refused, stores it with the fault. Gives what
 * became of it, or `undefined` when it was stored already. Faults: `store.*`.
 */
export function follow(company: Parts, event: Event): Promise<ReceiptState | undefined> {
  return orFail(company, event, async (tx, deed) => {
    const known = await tx.db.selectFrom('receipts').select('id').where('id', '=', event.id).executeTakeFirst()
    if (known) return undefined
    const { subject, seq } = await journalled(tx, company, event)
    const outcome = await perform(tx, company, { receipt: event.id, subject }, deed)
    const { kernel } = company
    await tx.db
      .insertInto('receipts')
      .values({
        id: event.id,
        source: event.webhook.source,
        event: event.event,
        subject,
        received_seq: seq,
        received_at: kernel.clock.now(),
        task_id: null,
        ...outcome,
      })
      .execute()
    return settle(tx, company, { id: event.id, subject, ...outcome })
  })
}

/** Does again what failed or fitted no rule, by the rules as they are now. Faults: `webhook.not-possible`, `store.*`. */
export function followAgain(company: Parts, event: Event): Promise<ReceiptState> {
  const { id } = event
  return orFail(company, event, async (tx, deed) => {
    const row = await tx.db.selectFrom('receipts').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    if (row.state !== 'failed' && row.state !== 'unmatched') {
      throw new Refusal(fault('webhook.not-possible', { receipt: id, state: row.state }))
    }
    const { subject } = row
    await company.kernel.journal.append(tx, {
      kind: 'webhook.replayed',
      subject,
      origin: 'operator',
      payload: { receipt: id },
    })
    const outcome = await perform(tx, company, { receipt: id, subject }, deed)
    await tx.db.updateTable('receipts').set(outcome).where('id', '=', id).execute()
    return settle(tx, company, { id, subject, ...outcome })
  })
}

/** What is to be done with an event. It is known before the transaction, but for what only the store can refuse. */
type Deed =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'start'; readonly run: NewRun }
  | { readonly kind: 'answer'; readonly name: string; readonly match: string; readonly data: Json }
  | { readonly kind: 'fail'; readonly fault: Fault }

/** A deed that is refused is rolled back with all that it wrote; in its place the fault is stored. */
async function orFail<T>(company: Parts, event: Event, work: (tx: Tx, deed: Deed) => Promise<T>): Promise<T> {
  const { store } = company.kernel
  const deed = await deedOf(company, event)
  try {
    return await store.write((tx) => work(tx, deed))
  } catch (error) {
    if (deed.kind !== 'start' || !(error instanceof Refusal) || isOfUs(error.fault)) throw error
    return store.write((tx) => work(tx, { kind: 'fail', fault: error.fault }))
  }
}

/** A store that cannot write keeps no fault either; and what is not to be replayed has not failed. */
function isOfUs({ code }: Fault): boolean {
  return code.startsWith('store.') || code === 'webhook.not-possible'
}

async function deedOf(company: Parts, { webhook, arrived }: Event): Promise<Deed> {
  const rule = ruleFor(webhook, arrived)
  if (!rule) return { kind: 'nothing' }
  try {
    return rule.does === 'start' ? await startOf(company, rule, arrived) : answerOf(webhook, rule, arrived)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { kind: 'fail', fault: error.fault }
  }
}

async function startOf(company: Parts, rule: Extract<Rule, { does: 'start' }>, arrived: Arrived): Promise<Deed> {
  const input = fill(rule.input, arrived) ?? null
  return { kind: 'start', run: await prepared(company, rule.workflow, input, 'external') }
}

function answerOf({ source }: Webhook, rule: Extract<Rule, { does: 'answer' }>, arrived: Arrived): Deed {
  const { name, output } = rule.what
  const match = keyOf(source, rule.match, arrived)
  const data = fill(rule.data, arrived) ?? null
  const parsed = parse(output, data)
  if (!parsed.ok) refuse('wait.misfit', { what: name, why: parsed.why })
  // As it came: whoever takes it parses it, by the schema of that day.
  return { kind: 'answer', name, match, data }
}

/** Journals what came in, under the identity that it is about. */
async function journalled(
  tx: Tx,
  { kernel }: Parts,
  { id, webhook, event, arrived }: Event,
): Promise<{ subject: IdentityId; seq: number }> {
  const subject = (await subjectOf(tx, kernel, webhook, arrived)) ?? companyIdentity
  const payload = { receipt: id, source: webhook.source, event, ...arrived }
  const seq = await kernel.journal.append(tx, { kind: 'webhook.received', subject, origin: 'external', payload })
  return { subject, seq }
}

async function subjectOf(
  tx: Tx,
  { identities }: Parts['kernel'],
  { subject }: Webhook,
  arrived: Arrived,
): Promise<IdentityId | undefined> {
  const found = subject === undefined ? undefined : partOf(subject.of, arrived)
  if (subject === undefined || typeof found !== 'string') return undefined
  return identities.handles.find(subject.system === undefined ? found : `${subject.system}:${found}`, tx)
}

type Outcome = Pick<Row<'receipts'>, 'state' | 'run_id' | 'name' | 'match' | 'outcome_seq'>

async function perform(
  tx: Tx,
  { kernel }: Parts,
  { receipt, subject }: { readonly receipt: ReceiptId; readonly subject: IdentityId },
  deed: Deed,
): Promise<Outcome> {
  const tell = (draft: object): Promise<number> =>
    kernel.journal.append(tx, { subject, origin: 'external', ...draft } as Draft)
  const none = { run_id: null, name: null, match: null }
  switch (deed.kind) {
    case 'nothing':
      return {
        ...none,
        state: 'unmatched',
        outcome_seq: await tell({ kind: 'webhook.unmatched', payload: { receipt } }),
      }
    case 'fail': {
      const payload = { receipt, fault: deed.fault }
      return { ...none, state: 'failed', outcome_seq: await tell({ kind: 'webhook.failed', payload }) }
    }
    case 'start': {
      const { run } = deed
      await storeRun(tx, kernel, run)
      const seq = await tell({ kind: 'webhook.started', run: run.id, payload: { receipt } })
      return { ...none, state: 'started', run_id: run.id, outcome_seq: seq }
    }
    case 'answer': {
      const { name, match, data } = deed
      const seq = await tell({ kind: 'webhook.kept', payload: { receipt, name, match, data } })
      return { ...none, state: 'kept', name, match: matchHash(name, match), outcome_seq: seq }
    }
    default:
      return deed satisfies never
  }
}

/** What is kept goes to whoever waits for it already. */
async function settle(
  tx: Tx,
  { kernel }: Parts,
  { id, subject, state, name, match }: Outcome & { readonly id: ReceiptId; readonly subject: IdentityId },
): Promise<ReceiptState> {
  if (state !== 'kept' || name === null || match === null) return state
  const task = await answerWait(tx, kernel, { id, subject, name, match })
  return task === undefined ? 'kept' : 'answered'
}
