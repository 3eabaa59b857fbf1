import assert from 'node:assert/strict'
import type { Claimed, Limits, NewTask, Queue } from '../queue/queue.ts'
import type { Store } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import type { Outcome } from '../telemetry/event.ts'
import type { Journal } from '../telemetry/journal.ts'
import { Refusal } from '../values/fault.ts'
import { companyIdentity, derivedId, type RunId, type TaskId } from '../values/id.ts'
import { microUsd } from '../values/money.ts'
import { type Clock, type Duration, milliseconds, seconds } from '../values/time.ts'

/** The implementation under test, on a store of its own, with a clock that the cases turn. */
export interface QueueBench {
  readonly store: Store
  readonly journal: Journal
  readonly queue: Queue
  readonly clock: Clock & { advance(by: Duration): void }
  /** A second queue on the same company, as another process has it, with a store of its own. */
  another(): Promise<Pick<QueueBench, 'store' | 'queue'>>
  close(): Promise<void>
}

/** What a runner offers: `test` of vitest, node:test and others fits. */
export type TestFunction = (name: string, work: () => Promise<void>) => void

/** One case of the suite: what must hold, on a bench with these limits. */
export interface QueueCase {
  readonly name: string
  readonly limits?: Partial<Limits>
  prove(scene: Scene): Promise<void>
}

/** The bench with a run in it, and the words in which the cases are told. */
export interface Scene extends QueueBench {
  readonly run: RunId
  id(name: string): TaskId
  /** Adds tasks given by name and what differs from a ready background task. */
  add(...tasks: readonly (Partial<NewTask> & { readonly name: string })[]): Promise<void>
  claim(max?: number, lease?: Duration, owner?: string): Promise<Claimed[]>
  /** Names of what is claimed, in order. */
  claimNames(max?: number): Promise<string[]>
  done(task: Claimed): Promise<number>
  row(name: string): Promise<Row<'tasks'>>
}

export const usualLease = seconds(30)
export const noOutcome: Outcome = { output: null, cost: microUsd(0) }
export const noWork = milliseconds(0)

/** Puts a run into an empty company and gives the words of the cases. */
export async function sceneOn(bench: QueueBench): Promise<Scene> {
  const { store, queue, clock } = bench
  const run = derivedId('run', 'suite')
  const id = (name: string) => derivedId('tsk', run, name)
  await seedRun(bench, run)
  const claim: Scene['claim'] = (max = 100, lease = usualLease, owner = 'w1') =>
    store.write((tx) => queue.claim(tx, { owner, max, lease }))
  return {
    ...bench,
    run,
    id,
    add: (...tasks) =>
      store.write((tx) =>
        queue.add(
          tx,
          tasks.map((task) => ({ ...usualTask(run, id(task.name), clock), ...task })),
        ),
      ),
    claim,
    claimNames: async (max) => (await claim(max)).map((task) => task.name),
    done: (task) =>
      store.write((tx) =>
        queue.finish(tx, task, { kind: 'done', outcome: noOutcome, origin: 'system' }, milliseconds(5)),
      ),
    row: (name) => store.read.selectFrom('tasks').selectAll().where('id', '=', id(name)).executeTakeFirstOrThrow(),
  }
}

/** Demands that `work` is refused with the fault of this code. */
export async function refused(work: Promise<unknown>, code: string): Promise<void> {
  await assert.rejects(work, (error) => error instanceof Refusal && error.fault.code === code)
}

/** The company, a plan and a running run, as the planner would have written them. */
export async function seedRun({ store, journal, clock }: Omit<QueueBench, 'queue' | 'another' | 'close'>, run: RunId) {
  const now = clock.now()
  await store.write(async (tx) => {
    const company = { id: companyIdentity, kind: 'company', name: 'Suite', made_at: now, forgotten_at: null }
    await tx.db.insertInto('identities').values(company).execute()
    await tx.db.insertInto('plans').values({ hash: 'plan', body: '{}' }).execute()
    const seq = await journal.append(tx, {
      kind: 'run.started',
      subject: companyIdentity,
      origin: 'operator',
      run,
      payload: { workflow: 'suite', plan: 'plan', input: null, deadline: null },
    })
    const row = { id: run, workflow: 'suite', plan_hash: 'plan', subject: companyIdentity, input_seq: seq }
    const rest = { output_seq: null, started_at: now, deadline_at: null, ended_at: null }
    await tx.db
      .insertInto('runs')
      .values({ ...row, ...rest, lane: 'background', origin: 'operator', state: 'running' })
      .execute()
  })
}

/** A background task without needs that is due now. */
export function usualTask(run: RunId, id: TaskId, clock: Clock): Omit<NewTask, 'name'> {
  const what = { plan: 'plan', node: 'node', kind: 'function', subject: companyIdentity } as const
  return { id, run, ...what, lane: 'background', priority: 0, needs: [], dueAt: clock.now() }
}
