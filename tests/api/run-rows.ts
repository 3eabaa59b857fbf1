import type { Plan } from '../../src/planner/plan.ts'
import type { Store, Tx } from '../../src/store/store.ts'
import type { Row } from '../../src/store/tables.ts'
import type { Draft } from '../../src/telemetry/event.ts'
import type { Journal } from '../../src/telemetry/journal.ts'
import { fault } from '../../src/values/fault.ts'
import { companyIdentity, type RunId, type TaskId } from '../../src/values/id.ts'
import { contentHash, type Json } from '../../src/values/json.ts'
import { microUsd } from '../../src/values/money.ts'
import type { Clock } from '../../src/values/time.ts'

type Happening = Omit<Draft, 'subject' | 'origin'>
/** Runs and tasks as the executor writes them, for tests of the desk. Every run is write → edit (gate) → send. */
export class RunRows {
  readonly store: Store
  readonly journal: Journal
  readonly clock: Clock
  readonly plan: Plan
  count = 0

  constructor(store: Store, journal: Journal, clock: Clock, plan: Plan) {
    this.store = store
    this.journal = journal
    this.clock = clock
    this.plan = plan
  }

  /** The company's identity and the plan, unless they are there. */
  async begin(): Promise<void> {
    await this.store.write(async (tx) => {
      const now = this.clock.now()
      const identity = { id: companyIdentity, kind: 'company', name: 'Ana Writes', made_at: now, forgotten_at: null }
      const body = JSON.stringify(this.plan)
      const once = { hash: contentHash(this.plan), body }
      await tx.db
        .insertInto('identities')
        .values(identity)
        .onConflict((clash) => clash.doNothing())
        .execute()
      await tx.db
        .insertInto('plans')
        .values(once)
        .onConflict((clash) => clash.doNothing())
        .execute()
      const last = await tx.db
        .selectFrom('events')
        .select((eb) => eb.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow()
      this.count = Number(last.n)
    })
  }

  async startRun(input: Json): Promise<RunId> {
    const id = `run_${this.next()}` as RunId
    await this.store.write(async (tx) => {
      const payload = { workflow: 'newsletter', plan: contentHash(this.plan), input, deadline: null }
      const seq = await this.event(tx, { kind: 'run.started', run: id, payload })
      await tx.db
        .insertInto('runs')
        .values({
          id,
          workflow: 'newsletter',
          plan_hash: contentHash(this.plan),
          subject: companyIdentity,
          lane: 'background',
          origin: 'operator',
          state: 'running',
          input_seq: seq,
          output_seq: null,
          started_at: this.clock.now(),
          deadline_at: null,
          ended_at: null,
        })
        .execute()
      const names = ['write', 'edit', 'send']
      for (const name of names) await this.addTask(tx, id, name)
      await tx.db
        .insertInto('needs')
        .values({ task_id: taskOf(id, 'edit'), needs_id: taskOf(id, 'write') })
        .execute()
      await tx.db
        .insertInto('needs')
        .values({ task_id: taskOf(id, 'send'), needs_id: taskOf(id, 'edit') })
        .execute()
      const added = names.map((name) => ({ id: taskOf(id, name), name, kind: kindOf(name), needs: [] }))
      await this.event(tx, {
        kind: 'task.added',
        run: id,
        payload: { tasks: added, plan: contentHash(this.plan), parent: null },
      })
    })
    return id
  }

  async finish(run: RunId, name: string, output: Json): Promise<void> {
    const task = taskOf(run, name)
    await this.store.write(async (tx) => {
      const claim = { fence: 1, attempt: 1, owner: 'test', leaseUntil: this.clock.now() }
      await this.event(tx, { kind: 'task.claimed', run, task, payload: claim })
      const madeBy = { doer: 'writer', version: 3, model: 'openai/gpt-5-mini' }
      const payload = {
        output,
        cost: microUsd(1200),
        confidence: 0.8,
        madeBy,
        sources: [1],
        fence: 1,
        worked: 900 as never,
      }
      const seq = await this.event(tx, { kind: 'task.done', run, task, payload })
      await this.setTask(tx, task, { state: 'done', outcome_seq: seq, ended_at: this.clock.now(), worked_ms: 900 })
    })
  }

  async fail(run: RunId, name: string): Promise<void> {
    const task = taskOf(run, name)
    await this.store.write(async (tx) => {
      const found = fault('mail.refused', { server: 'smtp.example.org', address: 'bo@example.org', why: '550' })
      const payload = { fence: 1, fault: found, worked: 100 as never }
      const seq = await this.event(tx, { kind: 'task.failed', run, task, payload })
      await this.setTask(tx, task, { state: 'failed', pending: 0, outcome_seq: seq, ended_at: this.clock.now() })
    })
  }

  async endRun(run: RunId, state: 'done' | 'cancelled'): Promise<void> {
    await this.store.write(async (tx) => {
      const seq = await this.event(
        tx,
        state === 'done'
          ? { kind: 'run.done', run, payload: { output: { sent: true } } }
          : { kind: 'run.cancelled', run, payload: { why: 'test' } },
      )
      const ended = { state, output_seq: state === 'done' ? seq : null, ended_at: this.clock.now() }
      await tx.db.updateTable('runs').set(ended).where('id', '=', run).execute()
    })
  }

  async countEvents(): Promise<number> {
    const row = await this.store.read
      .selectFrom('events')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow()
    return Number(row.n)
  }

  async addTask(tx: Tx, run: RunId, name: string): Promise<void> {
    await tx.db
      .insertInto('tasks')
      .values({
        id: taskOf(run, name),
        run_id: run,
        name,
        plan_hash: contentHash(this.plan),
        node: name,
        kind: kindOf(name),
        subject: companyIdentity,
        parent_id: null,
        item: null,
        lane: 'background',
        priority: 0,
        queue_key: null,
        state: name === 'write' ? 'ready' : 'waiting',
        pending: name === 'write' ? 0 : 1,
        due_at: this.clock.now(),
        attempt: 0,
        round: 1,
        fence: 0,
        lease_until: null,
        owner: null,
        gate_id: null,
        worked_ms: 0,
        outcome_seq: null,
        ended_at: null,
      })
      .execute()
  }

  async setTask(tx: Tx, task: TaskId, change: Partial<Row<'tasks'>>): Promise<void> {
    await tx.db.updateTable('tasks').set(change).where('id', '=', task).execute()
  }

  event(tx: Tx, happening: Happening): Promise<number> {
    return this.journal.append(tx, { ...happening, subject: companyIdentity, origin: 'operator' } as Draft)
  }

  next(): string {
    this.count += 1
    return String(this.count).padStart(6, '0')
  }
}

export function taskOf(run: RunId, name: string): TaskId {
  return `tsk_${run.slice(4)}_${name}` as TaskId
}

function kindOf(name: string): string {
  return name === 'write' ? 'agent' : name === 'edit' ? 'gate' : 'action'
}
