import { sql } from 'kysely'
import type { AgentBody, Artifact } from '../agents/artifact.ts'
import { holdsUp } from '../budget/control.ts'
import { periodOf } from '../budget/period.ts'
import type { ModelChoice } from '../models/model.ts'
import { doersOf } from '../planner/doer-facts.ts'
import { fitsRole, type PlannedRole } from '../planner/role.ts'
import { isPractice } from '../store/practice.ts'
import type { Row } from '../store/tables.ts'
import type { Tier } from '../values/doer.ts'
import { isFault, Refusal } from '../values/fault.ts'
import { microUsd, type Usd } from '../values/money.ts'
import { agentOfTask } from './agent-of.ts'
import { type Chosen, chooseVersions } from './choose-version.ts'
import type { Kernel } from './kernel.ts'
import { agentOf } from './pinned-agent.ts'

/** An agent that declares a role, in the version that this run would take. */
export interface Candidate {
  readonly artifact: Chosen
  /** The run takes this agent for the first time. */
  readonly isNew: boolean
  readonly tier: Tier
  readonly load: number
  readonly cost: Usd
  /** By the operator's control: it would wait. */
  readonly isStopped: boolean
  /** Why it cannot be given the role. */
  readonly unfit?: string
}

/**
 * Everyone who declares a role, best first: those that fit; of these, who is not stopped; then whose tier is nearest to the one that is wanted; of these, who costs
 * the least times one more than what it has under way; then the less busy, then by name.
 */
export async function candidatesFor(kernel: Kernel, run: Row<'runs'>, wanted: PlannedRole): Promise<Candidate[]> {
  const named = [...kernel.artifacts.values()].filter((one) => isOf(wanted, one)) as Artifact<AgentBody>[]
  const loads = await loadsNow(kernel)
  const all = await Promise.all(named.map((artifact) => candidate(kernel, run, wanted, artifact, loads)))
  return all.sort((a, b) => compare(wanted, a, b))
}

/** Why a version cannot be given a role; `undefined` where it can. */
export function whyUnfit(
  kernel: Kernel,
  wanted: PlannedRole,
  { hash, name }: Artifact,
  body: AgentBody,
): string | undefined {
  if (kernel.releases.withdrawal(hash)) return 'its version is withdrawn'
  const agent = agentOf(kernel, hash, body)
  if (isFault(agent)) return agent.message
  const facts = doersOf([agent]).get(name)
  if (!facts || !fitsRole(wanted, { ...facts, ...(body.role ? { role: body.role } : {}) }))
    return 'it is not able to do what is needed, or takes or gives something else'
  // The plan was checked with the tools of the folder's agents: another version may reach for no more.
  const checked = kernel.facts.get(name)?.tools ?? []
  const more = body.allow.find((tool) => !checked.includes(tool))
  return more === undefined ? undefined : `this version may use ${more}, with which the plan was not checked`
}

function isOf({ name }: PlannedRole, { body }: Artifact): boolean {
  return body.kind === 'agent' && body.role?.name === name
}

const tiers: readonly Tier[] = ['quality', 'standard', 'cheap']

function compare({ tier }: PlannedRole, a: Candidate, b: Candidate): number {
  const far = (one: Candidate): number => Math.abs(tiers.indexOf(one.tier) - tiers.indexOf(tier))
  const price = ({ cost, load }: Candidate): number => cost * (1 + load)
  return (
    Number(a.unfit !== undefined) - Number(b.unfit !== undefined) ||
    Number(a.isStopped) - Number(b.isStopped) ||
    far(a) - far(b) ||
    price(a) - price(b) ||
    a.load - b.load ||
    (a.artifact.name < b.artifact.name ? -1 : 1)
  )
}

async function candidate(
  kernel: Kernel,
  run: Row<'runs'>,
  wanted: PlannedRole,
  folder: Artifact<AgentBody>,
  loads: ReadonlyMap<string, number>,
): Promise<Candidate> {
  const { name } = folder
  const load = loads.get(name) ?? 0
  const taken = await versionFor(kernel, run, folder)
  const isStopped = kernel.controls.find('stop', [`agent:${name}`]).some((stop) => holdsUp(stop, run.lane))
  const nobody = { artifact: folder, isNew: false, tier: folder.body.tier, load, cost: microUsd(0), isStopped }
  if (typeof taken === 'string') return { ...nobody, unfit: taken }
  const body = taken.artifact.body as AgentBody
  const unfit = whyUnfit(kernel, wanted, taken.artifact, body)
  const found = { ...taken, tier: body.tier, load, cost: await expectedCost(kernel, body), isStopped }
  return unfit === undefined ? found : { ...found, unfit }
}

/** The version that the run is pinned to, else the one that it draws as any run does; why there is none. */
async function versionFor(
  kernel: Kernel,
  run: Row<'runs'>,
  folder: Artifact<AgentBody>,
): Promise<{ artifact: Chosen; isNew: boolean } | string> {
  const hash = await kernel.shelf.pinned(run.id, 'agent', folder.name)
  const body = hash === undefined ? undefined : await kernel.shelf.agent(hash)
  if (hash !== undefined && body)
    return { artifact: { hash, kind: 'agent', name: body.name, version: body.version, body }, isNew: false }
  try {
    const [artifact] = await chooseVersions(kernel, run.id, [folder])
    return artifact ? { artifact, isNew: true } : 'it is not released'
  } catch (error) {
    if (error instanceof Refusal) return error.fault.message
    throw error
  }
}

// As many tasks as are ever under way at once.
const mostAtWork = 500

/** How many tasks each agent has under way. */
async function loadsNow(kernel: Kernel): Promise<ReadonlyMap<string, number>> {
  const rows = await kernel.store.read
    .selectFrom('tasks')
    .select(['run_id', 'kind', 'name', 'node', 'plan_hash'])
    // Not a join: for that SQLite would walk through all tasks there ever were.
    .select((row) => row.selectFrom('runs').select('workflow').whereRef('runs.id', '=', 'tasks.run_id').as('workflow'))
    .where('state', '=', sql.lit('claimed'))
    .limit(mostAtWork)
    .execute()
  const loads = new Map<string, number>()
  for (const row of rows) {
    // What is only practice gives way to any work.
    if (isPractice({ id: row.run_id, workflow: row.workflow ?? '' })) continue
    const agent = await agentOfTask(kernel, row)
    if (agent !== undefined) loads.set(agent, (loads.get(agent) ?? 0) + 1)
  }
  return loads
}

// By fewer tasks nobody can tell what one costs.
const fewestTasks = 5
// A task that nobody has done yet: two pages read, one written.
const aTask = { tokensIn: 2000, tokensOut: 1000 }

/** What a task of it cost of late, by the counts of upkeep; else what its tier's first model that has a price takes for a usual one. */
async function expectedCost({ store, clock, timeZone, models, pricing }: Kernel, body: AgentBody): Promise<Usd> {
  const month = periodOf(clock.now(), timeZone)
  const before = Temporal.PlainDate.from(`${month}-01`).subtract({ months: 1 }).toString().slice(0, 7)
  const rows = await store.read
    .selectFrom('upkeep_tally')
    .select(['runs', 'cost'])
    .where('about', '=', `agent:${body.name}`)
    .where('month', 'in', [before, month])
    .execute()
  const runs = rows.reduce((sum, row) => sum + row.runs, 0)
  const cost = rows.reduce((sum, row) => sum + row.cost, 0)
  if (runs >= fewestTasks) return microUsd(Math.max(0, Math.round(cost / runs)))
  for (const model of models[body.tier] ?? []) {
    const cost = await usualCost(pricing, model)
    if (cost !== undefined) return cost
  }
  return microUsd(0)
}

/** `undefined`: it has no price, and is passed over by whoever would ask it. */
async function usualCost(pricing: Kernel['pricing'], model: ModelChoice): Promise<Usd | undefined> {
  try {
    return await pricing.cost(model, aTask.tokensIn, aTask.tokensOut)
  } catch (error) {
    if (error instanceof Refusal && error.fault.code === 'budget.unknown-price') return undefined
    throw error
  }
}
