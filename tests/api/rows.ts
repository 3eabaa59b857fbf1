import type { Scope } from '../../src/budget/budget.ts'
import type { Answer } from '../../src/os/os.ts'
import type { Tx } from '../../src/store/store.ts'
import type { Card } from '../../src/telemetry/card.ts'
import { refuse } from '../../src/values/fault.ts'
import { companyIdentity, type EffectKey, type GateId, type IdentityId, type RunId } from '../../src/values/id.ts'
import type { Json } from '../../src/values/json.ts'
import { microUsd, type Usd } from '../../src/values/money.ts'
import { RunRows, taskOf } from './run-rows.ts'

/** All rows and events that the tests of the desk need. */
export class Rows extends RunRows {
  /** Does every ready `write`, opens its gate; sends where the gate was approved. */
  async workUntilHeld(): Promise<void> {
    const ready = await this.store.read.selectFrom('tasks').selectAll().where('state', '=', 'ready').execute()
    for (const row of ready) {
      if (row.name === 'write') {
        await this.finish(row.run_id, 'write', { text: 'Spring is here.' })
        await this.openGate(row.run_id)
      }
      if (row.name === 'send') {
        await this.effect(row.run_id, 'done')
        await this.finish(row.run_id, 'send', { sent: true })
        await this.endRun(row.run_id, 'done')
      }
    }
  }

  async openGate(run: RunId, kind: 'batch' | 'confirm' = 'confirm'): Promise<GateId> {
    const gate = `gat_${run.slice(4)}` as GateId
    await this.store.write(async (tx) => {
      const seq = await this.event(tx, {
        kind: 'gate.opened',
        run,
        task: taskOf(run, 'edit'),
        payload: { gate, card: card(kind) },
      })
      await tx.db
        .insertInto('gates')
        .values({
          id: gate,
          run_id: run,
          task_id: taskOf(run, 'edit'),
          kind,
          reason: 'review',
          state: 'open',
          subject: companyIdentity,
          binding: 'b',
          audience_id: null,
          max_recipients: null,
          origin: 'system',
          opened_seq: seq,
          opened_at: this.clock.now(),
          due_at: null,
          otherwise: 'wait',
        })
        .execute()
      await tx.db.insertInto('gate_covers').values({ gate_id: gate, action: 'mail.send' }).execute()
      await this.setTask(tx, taskOf(run, 'edit'), { state: 'held', pending: 0, gate_id: gate })
      await this.event(tx, {
        kind: 'task.held',
        run,
        task: taskOf(run, 'edit'),
        payload: { fence: 1, gate, worked: 0 as never },
      })
      await tx.db.updateTable('runs').set({ state: 'held' }).where('id', '=', run).execute()
      await this.event(tx, { kind: 'run.held', run, payload: {} })
    })
    return gate
  }

  async decide(gate: GateId, answer: Answer): Promise<void> {
    await this.store.write(async (tx) => {
      const row = await tx.db.selectFrom('gates').selectAll().where('id', '=', gate).executeTakeFirst()
      if (!row) refuse('input.unknown', { kind: 'gate', name: gate, nearest: '', command: 'soloist inbox' })
      if (row.state !== 'open') refuse('gate.decided', { gate, verdict: row.state, at: 'noon' })
      const verdict = answer.verdict === 'went-out' || answer.verdict === 'did-not' ? 'approved' : answer.verdict
      const comment =
        answer.verdict === 'rejected' ? answer.reason : answer.verdict === 'returned' ? answer.comment : null
      const content = answer.verdict === 'edited' ? answer.content : { text: 'Spring is here.' }
      const seq = await this.event(tx, {
        kind: 'gate.decided',
        run: row.run_id,
        payload: { gate, verdict, content, comment },
      })
      const said = { gate_id: gate, verdict, by: 'operator', at: this.clock.now(), seq, content_hash: null } as const
      await tx.db.insertInto('decisions').values(said).execute()
      await tx.db.updateTable('gates').set({ state: verdict }).where('id', '=', gate).execute()
      const ended = { outcome_seq: seq, ended_at: this.clock.now(), gate_id: null }
      await this.setTask(tx, row.task_id, { state: 'done', ...ended })
      await this.setTask(tx, taskOf(row.run_id, 'send'), { state: 'ready', pending: 0 })
      await tx.db.updateTable('runs').set({ state: 'running' }).where('id', '=', row.run_id).execute()
    })
  }

  async decideBatch(gates: readonly GateId[], answer: Answer): Promise<void> {
    const alone = await this.store.read
      .selectFrom('gates')
      .select('id')
      .where('id', 'in', [...gates])
      .where('kind', '=', 'confirm')
      .executeTakeFirst()
    if (alone) refuse('gate.one-by-one', { gate: alone.id })
    for (const gate of gates) await this.decide(gate, answer)
  }

  async effect(run: RunId, state: 'done' | 'unknown'): Promise<EffectKey> {
    const key = `eff_${this.next()}` as EffectKey
    const task = taskOf(run, 'send')
    await this.store.write(async (tx) => {
      const because = { allowed: 'gate', gate: `gat_${run.slice(4)}` as GateId } as const
      const intent = {
        key,
        action: 'mail.send',
        adapter: 'outbox',
        step: 's',
        input: {},
        because,
        fence: 1,
        undoes: null,
      }
      const intended = await this.event(tx, { kind: 'effect.intended', run, task, payload: intent })
      const outcome = await this.event(tx, {
        kind: 'effect.done',
        run,
        task,
        payload: { key, output: {}, how: 'answered' },
      })
      const at = this.clock.now()
      await tx.db
        .insertInto('effects')
        .values({
          key,
          run_id: run,
          task_id: task,
          step: 's',
          action: 'mail.send',
          adapter: 'outbox',
          idempotency: 'key',
          reversible: 0,
          subject: companyIdentity,
          state,
          content_hash: 'c',
          fence: 1,
          gate_id: null,
          grant_id: null,
          undoes: null,
          intended_seq: intended,
          outcome_seq: outcome,
          intended_at: at,
          ended_at: state === 'done' ? at : null,
        })
        .execute()
    })
    return key
  }

  async undoable(run: RunId): Promise<Json> {
    const rows = await this.store.read.selectFrom('effects').selectAll().where('run_id', '=', run).execute()
    return rows.map((row) => ({
      effect: row.key,
      action: row.action,
      adapter: row.adapter,
      subject: row.subject,
      how: 'ask',
    }))
  }

  async person(id: string, name: string, email: string): Promise<IdentityId> {
    const identity = `idn_${id}` as IdentityId
    await this.store.write(async (tx) => {
      const seq = await this.event(tx, { kind: 'identity.created', payload: { id: identity, kind: 'person', name } })
      const row = { id: identity, kind: 'person', name, made_at: this.clock.now(), forgotten_at: null }
      await tx.db.insertInto('identities').values(row).execute()
      await tx.db
        .insertInto('handles')
        .values({ system: 'email', value: email, identity_id: identity, source_seq: seq })
        .execute()
    })
    return identity
  }

  async member(audience: IdentityId, member: IdentityId, status: 'active' | 'unsubscribed'): Promise<void> {
    await this.store.write(async (tx) => {
      const at = this.clock.now()
      const row = { audience_id: audience, identity_id: member, status, since: at, changed_at: at, source_seq: 1 }
      await tx.db.insertInto('memberships').values(row).execute()
    })
  }

  async find(handle: string): Promise<IdentityId | undefined> {
    const byId = this.store.read
      .selectFrom('identities')
      .select('id')
      .where('id', '=', handle as IdentityId)
    const found = await byId.executeTakeFirst()
    if (found) return found.id
    const byHandle = this.store.read.selectFrom('handles').select('identity_id').where('value', '=', handle)
    return (await byHandle.executeTakeFirst())?.identity_id
  }

  async setLimit(tx: Tx, purse: Scope, limit: Usd | null): Promise<void> {
    const row = { ...purse, limit_usd: limit, spent: microUsd(0), reserved: microUsd(0) }
    await tx.db
      .insertInto('budgets')
      .values(row)
      .onConflict((clash) => clash.doUpdateSet({ limit_usd: limit }))
      .execute()
    await this.event(tx, { kind: 'budget.set', payload: { ...purse, limit } })
  }
}

function card(kind: 'batch' | 'confirm'): Card {
  return {
    ask: 'Edit the draft, then approve it for sending.',
    reason: 'review',
    kind,
    content: { text: 'Spring is here.' },
    actions: ['mail.send'],
    recipients: { name: 'Readers', count: 412 },
    madeBy: { doer: 'writer', version: 3, model: 'openai/gpt-5-mini' },
    rawConfidence: 0.8,
    sources: [{ seq: 1, title: 'Brief' }],
    costSoFar: microUsd(1200),
    dueAt: null,
    otherwise: 'wait',
  }
}
