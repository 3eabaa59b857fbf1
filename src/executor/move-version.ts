import type { AgentBody, Artifact } from '../agents/artifact.ts'
import { withdrawGates } from '../gate/withdraw.ts'
import { roleOf } from '../planner/role.ts'
import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import { refuse } from '../values/fault.ts'
import type { RunId, TaskId } from '../values/id.ts'
import { agentOfTask } from './agent-of.ts'
import { requireRun } from './cancel-run.ts'
import { whyUnfit } from './candidates.ts'
import { isGivenUp } from './give-up.ts'
import type { Kernel } from './kernel.ts'
import { limitAfresh } from './purse.ts'
import { mayHaveHappened } from './resolve-effect.ts'
import { moveRun, settleRun } from './settle-run.ts'

/**
 * Puts a run on another version of an agent. What that agent has done stays; its tasks that are not done begin a new round, and the
 * gates at which they stood are closed. Gives the tasks that begin anew. Faults: `input.unknown`, `run.not-possible`, `release.unfit`.
 */
export async function moveVersion(
  kernel: Kernel,
  id: RunId,
  to: Artifact<AgentBody>,
  why: string,
): Promise<readonly TaskId[]> {
  return kernel.store.write(async (tx) => {
    const run = await requireRun(tx, id)
    const from = await pinIn(tx, id, to.name)
    refuseMove(run, to, from)
    const tasks = await unfinished(tx, kernel, id, to.name)
    await refuseAtWork(tx, run, to.name, tasks)
    await refuseUnable(kernel, run, to, tasks)
    await kernel.shelf.publish(tx, to)
    await kernel.shelf.repin(tx, id, 'agent', to.name, to.hash)
    await kernel.journal.append(tx, {
      kind: 'release.moved',
      subject: run.subject,
      origin: 'operator',
      run: id,
      payload: { agent: to.name, from, to: to.hash, version: to.version, why },
    })
    for (const task of tasks) {
      await withdrawGates(kernel, tx, id, task.id)
      await kernel.queue.restart(tx, task.id)
      await limitAfresh(tx, kernel, task.id, to.body.budget?.cost)
    }
    if (tasks.length > 0 && run.state === 'failed') await moveRun(tx, kernel, run, 'resumed')
    await settleRun(tx, kernel, id)
    return tasks.map((task) => task.id)
  })
}

async function pinIn(tx: Tx, run: RunId, name: string): Promise<string> {
  const pin = await tx.db
    .selectFrom('pins')
    .select('hash')
    .where('run_id', '=', run)
    .where('kind', '=', 'agent')
    .where('name', '=', name)
    .executeTakeFirst()
  return (
    pin?.hash ??
    refuse('input.unknown', { kind: 'agent of this run', name, nearest: '', command: `soloist show ${run}` })
  )
}

function refuseMove({ id, state }: Row<'runs'>, to: Artifact<AgentBody>, from: string): void {
  const no = (hint: string): never =>
    refuse('run.not-possible', { run: id, state, verb: `go on with ${to.name} v${to.version}`, hint })
  if (state !== 'running' && state !== 'held' && state !== 'failed') no('Only a run that is not over changes versions.')
  if (from === to.hash) no('It does already.')
}

/** Nobody changes a version under work that is under way, or before it is known what it did. */
async function refuseAtWork(
  tx: Tx,
  run: Row<'runs'>,
  agent: string,
  tasks: readonly Pick<Row<'tasks'>, 'id' | 'state' | 'name'>[],
): Promise<void> {
  const no = (hint: string): never =>
    refuse('run.not-possible', { run: run.id, state: run.state, verb: `change the version of ${agent}`, hint })
  const working = tasks.find((task) => task.state === 'claimed')
  if (working) no(`"${working.name}" is at work; say it again when that is done or held.`)
  for (const task of tasks) {
    const open = await tx.db
      .selectFrom('effects')
      .select(['state', 'fence', 'action'])
      .where('task_id', '=', task.id)
      .where('state', 'in', ['intended', 'unknown'])
      .execute()
    const doubt = open.find(mayHaveHappened)
    if (doubt) no(`Nobody knows yet what became of ${doubt.action} in "${task.name}": answer that first.`)
  }
}

/** Whom a role was given to keeps it only as a version that is able to. */
async function refuseUnable(
  kernel: Kernel,
  { id }: Row<'runs'>,
  to: Artifact<AgentBody>,
  tasks: readonly Row<'tasks'>[],
): Promise<void> {
  for (const task of tasks) {
    const role = roleOf((await kernel.placeOf(task)).node)
    const why = role === undefined ? undefined : whyUnfit(kernel, role, to, to.body)
    if (why !== undefined) {
      const plan = `"${task.name}" of ${id}, as ${role?.name}`
      refuse('release.unfit', { agent: to.name, version: to.version, plan, why: `${why}.` })
    }
  }
}

/** The tasks of this agent that are not done and have not been given up; a plan that was made is done. */
async function unfinished(tx: Tx, kernel: Kernel, run: RunId, agent: string): Promise<Row<'tasks'>[]> {
  const rows = await tx.db
    .selectFrom('tasks')
    .selectAll()
    .where('run_id', '=', run)
    .where('state', 'in', ['ready', 'claimed', 'held', 'failed'])
    .where('kind', 'in', ['agent', 'plan'])
    .where((row) => row.not(isGivenUp(row)))
    .execute()
  const own: Row<'tasks'>[] = []
  for (const row of rows) {
    const { node } = await kernel.placeOf(row)
    if (node.kind === 'agent' && (await agentOfTask(kernel, row)) === agent) own.push(row)
    if (node.kind === 'plan' && node.planner === agent && !(await isGrafted(tx, row))) own.push(row)
  }
  return own
}

async function isGrafted(tx: Tx, { id, round }: Row<'tasks'>): Promise<boolean> {
  const step = tx.db.selectFrom('steps').select('seq').where('task_id', '=', id).where('round', '=', round)
  return (await step.where('key', '=', 'graft').executeTakeFirst()) !== undefined
}
