import type { Gates, NewGate, Verdict } from '../../src/gate/gate.ts'
import { openGates } from '../../src/gate/gates.ts'
import { type Grants, openGrants } from '../../src/gate/grant.ts'
import type { Card } from '../../src/telemetry/card.ts'
import { companyIdentity, derivedId, type GateId, type RunId, type TaskId } from '../../src/values/id.ts'
import { usd } from '../../src/values/money.ts'
import { openCompany, type TestCompany } from '../identity/company.ts'

export interface TestDesk {
  readonly company: TestCompany
  readonly gates: Gates
  readonly grants: Grants
  /** A running run of the workflow with one claimed-to-be task, `edit`. */
  run(name: string, workflow?: string): Promise<{ run: RunId; task: TaskId }>
  open(changes?: OpenChanges): Promise<GateId>
  decide(gate: GateId, verdict: Verdict): Promise<unknown>
}

export interface OpenChanges {
  readonly name?: string
  readonly at?: { run: RunId; task: TaskId }
  readonly card?: Partial<Card>
  readonly gate?: Partial<NewGate>
}

export const approved: Verdict = { verdict: 'approved' }

export async function openDesk(): Promise<TestDesk> {
  const company = await openCompany()
  const { store, journal, clock, ids } = company
  const gates = openGates({ store, journal, clock })
  const grants = openGrants({ store, journal, clock, ids })
  const run = (name: string, workflow = 'newsletter') => addRun(company, name, workflow)
  let opened = 0
  return {
    company,
    gates,
    grants,
    run,
    async open({ name, at, card, gate } = {}) {
      opened += 1
      const called = name ?? `gate ${opened}`
      const place = at ?? (await run(called))
      const id = derivedId('gat', called)
      const made = { ...newGate(id, place, card), ...gate }
      await store.write((tx) => gates.open(tx, made))
      return id
    },
    decide: (gate, verdict) => store.write((tx) => gates.decide(tx, gate, verdict)),
  }
}

export function newGate(id: GateId, { run, task }: { run: RunId; task: TaskId }, card: Partial<Card> = {}): NewGate {
  return {
    id,
    run,
    task,
    subject: companyIdentity,
    covers: ['mail.send'],
    origin: 'external',
    card: {
      ask: 'Approve the letter.',
      reason: 'review',
      kind: 'confirm',
      content: { subject: 'Hello', body: 'World' },
      actions: ['mail.send'],
      sources: [],
      costSoFar: usd(0),
      dueAt: null,
      otherwise: 'wait',
      ...card,
    },
  }
}

async function addRun(company: TestCompany, name: string, workflow: string): Promise<{ run: RunId; task: TaskId }> {
  const { store, journal, clock } = company
  const run = derivedId('run', name)
  const task = derivedId('tsk', name)
  const now = clock.now()
  await store.write(async (tx) => {
    const started = { workflow, plan: 'p', input: {}, deadline: null }
    const seq = await journal.append(tx, {
      ...{ kind: 'run.started', subject: companyIdentity, origin: 'operator', run },
      payload: started,
    })
    const none = { deadline_at: null, ended_at: null, output_seq: null }
    await tx.db
      .insertInto('plans')
      .values({ hash: 'p', body: '{}' })
      .onConflict((clash) => clash.doNothing())
      .execute()
    await tx.db
      .insertInto('runs')
      .values({
        ...{ id: run, workflow, plan_hash: 'p', subject: companyIdentity, lane: 'background', origin: 'operator' },
        ...{ state: 'running', input_seq: seq, started_at: now, ...none },
      })
      .execute()
    await tx.db
      .insertInto('tasks')
      .values({
        ...{
          id: task,
          run_id: run,
          name: 'edit',
          plan_hash: 'p',
          node: 'edit',
          kind: 'gate',
          subject: companyIdentity,
        },
        ...{ parent_id: null, item: null, lane: 'background', priority: 0, queue_key: null, state: 'waiting' },
        ...{ pending: 0, due_at: now, attempt: 0, round: 1, fence: 0, lease_until: null, owner: null, gate_id: null },
        ...{ worked_ms: 0, outcome_seq: null, ended_at: null },
      })
      .execute()
  })
  return { run, task }
}
