import { cancelRun } from '../executor/cancel-run.ts'
import { changesSince } from '../executor/changes.ts'
import { decide, decideBatch } from '../executor/decide.ts'
import type { Kernel } from '../executor/kernel.ts'
import { retryRun, retryTask } from '../executor/retry.ts'
import { setLimit } from '../executor/set-limit.ts'
import { planUndo, undoRun } from '../executor/undo.ts'
import type { Worker } from '../executor/worker.ts'
import type { Verdict } from '../gate/gate.ts'
import { readToken } from '../identity/unsubscribe.ts'
import type { Lock } from '../store/lock.ts'
import { readAnchors } from '../telemetry/anchor.ts'
import type { Anchoring } from '../telemetry/anchoring.ts'
import { verifyChain } from '../telemetry/verify.ts'
import { refuse } from '../values/fault.ts'
import { asId, type RunId, type TaskId } from '../values/id.ts'
import { didYouMean } from '../values/nearest.ts'
import type { Instant } from '../values/time.ts'
import type { Backups } from './backup/backups.ts'
import type { Chores } from './chores.ts'
import type { CompanyMode } from './company-mode.ts'
import type { Config } from './config.ts'
import type { Degrading } from './degraded/degrading.ts'
import { sayReasons } from './degraded/reasons.ts'
import type { Distilling } from './distil/distilling.ts'
import { openEvals } from './evals/desk.ts'
import { openKnowledgeDesk } from './knowledge/desk.ts'
import type { OpenAdapters } from './open-adapters.ts'
import type { Answer, Mode, Os } from './os.ts'
import type { Places } from './places.ts'
import { openPointerDesk } from './pointers/desk.ts'
import { probe } from './probe.ts'
import type { Schedules } from './schedules/schedules.ts'
import { planned, start } from './start.ts'
import { openTrialDesk } from './trials/desk.ts'
import { openUpkeepDesk } from './upkeep/desk.ts'
import type { Watch } from './watch/watch.ts'
import type { Webhooks } from './webhooks/open.ts'

/** The opened parts of a company. */
export interface Company {
  readonly kernel: Kernel
  readonly config: Config
  readonly places: Places
  readonly mode: CompanyMode
  readonly adapters: OpenAdapters
  readonly worker: Worker
  readonly schedules: Schedules
  readonly backups: Backups
  readonly distilling: Distilling
  readonly chores: Chores
  readonly degrading: Degrading
  readonly webhooks: Webhooks
  readonly anchoring: Anchoring
  /** Only where the config asks for telemetry. */
  readonly watch?: Watch | undefined
  readonly lock: Lock
}

/** The company as the desk sees it: each command here calls the floor below that knows how. */
export function commandsOf(company: Company): Os {
  const { kernel, worker, chores, places, mode } = company
  const { store, journal, vault, clock, identities, memory, gates, grants, budget, queue } = kernel
  return {
    store,
    journal,
    vault,
    clock,
    identities,
    memory,
    gates,
    grants,
    budget,
    queue,
    folder: places.folder,
    config: company.config,
    schedules: company.schedules,
    speaking: kernel.speaking,
    ...desksOf(company),
    action: (name) =>
      kernel.adapters.get(name)?.adapter.port.actions[name.slice(name.indexOf('.') + 1)] ??
      unknownAction(company, name),
    plan: (workflow) => planned(company, workflow),
    start: (workflow, input, origin) => start(company, workflow, input, origin),
    decide: (gate, answer) => decide(kernel, gate, verdictOf(answer)),
    decideBatch: (some, answer) => decideBatch(kernel, some, answer),
    async undo(run, { dryRun }) {
      const undoing = await planUndo(kernel, run)
      if (!dryRun) worker.stop(await undoRun(kernel, run), 'the operator undoes the run')
      return undoing
    },
    retry: (what) => retry(company, what),
    ...versionCommands(company),
    ...controlCommands(company),
    cancel: async (run, why) => worker.stop(await cancelRun(kernel, run, why, 'operator'), why),
    pause: (why) => mode.pause(why),
    resume: (why) => resume(company, why),
    mode: async () => modeOf(company),
    verify: () => verify(company),
    export: async (path, options) => (await import('./archive/export.ts')).exportCompany(company, path, options),
    // Rarely asked for: loaded then.
    forget: async (identity, options) =>
      (await import('./forget/forget.ts')).forgetIdentity(company, identity, options),
    portray: async (identity, path) => (await import('./portrait/portray.ts')).portray(company, identity, path),
    backups: company.backups,
    distil: async (wish) => (await import('./distil/on-demand.ts')).distilNow(company.distilling.parts, wish),
    probe: () => probe(company),
    changes: (run) => changesSince(kernel, run),
    unsubscribe: (token) => unsubscribe(company, token),
    work() {
      worker.work()
      chores.work()
    },
    idle: () => idle(company),
    webhooks: company.webhooks,
    nextDue: () => nextDue(company),
    close: () => close(company),
  }
}

/** The desks of parts that have one of their own. */
function desksOf(company: Company) {
  const { kernel, places } = company
  return {
    knowledge: openKnowledgeDesk(kernel, places.knowledge),
    pointers: openPointerDesk(kernel),
    upkeep: openUpkeepDesk(company),
  } satisfies Partial<Os>
}

// Releases are made now and then: what that takes is loaded then.
const releaseCommands = () => import('./release-commands.ts')

/** The agents in their versions, and what the operator says of these. */
function versionCommands(company: Company) {
  const { kernel, worker } = company
  return {
    trials: openTrialDesk(company),
    artifacts: kernel.artifacts,
    evals: openEvals(company),
    releases: kernel.releases,
    versions: async (agent) => (await import('./versions.ts')).versionsOf(kernel, agent),
    async release(agent, shares, why) {
      const release = await (await releaseCommands()).release(company, agent, shares, why)
      worker.nudge()
      return release
    },
    async withdraw(agent, version, why) {
      const runs = await (await releaseCommands()).withdraw(company, agent, version, why)
      worker.nudge()
      return runs
    },
    async undoRelease(agent, why) {
      const release = await (await releaseCommands()).undoRelease(company, agent, why)
      worker.nudge()
      return release
    },
    moveVersion: async (run, agent, version, why) =>
      (await releaseCommands()).moveToVersion(company, run, agent, version, why),
  } satisfies Partial<Os>
}

/** What the operator says at run time of what parts of the company may spend and do. */
function controlCommands(company: Company) {
  const { kernel, worker } = company
  return {
    setLimit: (scope, limit) => setLimit(kernel, scope, limit),
    controls: kernel.controls,
    setControl: async (wish) => (await import('./control-commands.ts')).setControlOn(company, wish),
    liftControl: async (control, why) =>
      (await import('../executor/set-control.ts')).liftControl(kernel, worker, control, why),
  } satisfies Partial<Os>
}

async function retry({ kernel }: Company, what: RunId | TaskId): Promise<readonly TaskId[]> {
  const task = asId('tsk', what)
  const run = asId('run', what)
  if (run) return retryRun(kernel, run)
  if (!task) refuse('input.unknown', { kind: 'run or task', name: what, nearest: '', command: 'soloist runs' })
  await retryTask(kernel, task)
  return [task]
}

async function resume({ mode, worker, chores }: Company, why: string): Promise<void> {
  await mode.resume(why)
  worker.nudge()
  chores.nudge()
}

function modeOf({ mode, worker }: Company): Mode {
  const now = mode.now()
  const degraded = mode.degraded()
  const reasons = degraded?.reasons ?? []
  if (now.mode === 'paused') return { ...now, since: mode.since(), reasons }
  const { trouble } = worker
  const why = [...(degraded ? [sayReasons(reasons)] : []), ...(trouble ? [trouble.message.replace(/\.$/, '')] : [])]
  if (why.length === 0) return { mode: 'normal', why: null, since: null, reasons }
  return { mode: 'degraded', why: why.join('; '), since: degraded?.since ?? null, reasons }
}

/** What one of them does may make something due for the other: a run tells its subscribers. */
async function idle({ kernel: { clock }, worker, chores }: Company): Promise<void> {
  let due: Instant | undefined
  do {
    await chores.idle()
    await worker.idle()
    due = await chores.nextDue()
  } while (due !== undefined && due <= clock.now())
}

function unknownAction({ kernel }: Company, name: string): never {
  const nearest = didYouMean(name, [...kernel.adapters.keys()])
  refuse('input.unknown', { kind: 'action', name, nearest, command: 'the adapters in soloist.config.ts' })
}

/** In doubt, "it went out" approves and "it did not" rejects: the gate's own words for the same. */
function verdictOf(answer: Answer): Verdict {
  if (answer.verdict === 'went-out') return { verdict: 'approved' }
  return answer.verdict === 'did-not' ? { verdict: 'rejected', reason: 'it did not go out' } : answer
}

async function verify({ kernel, places, anchoring }: Company): ReturnType<Os['verify']> {
  await anchoring.anchor()
  const verified = await verifyChain({
    read: kernel.store.read,
    chainKey: kernel.vault.chainKey,
    anchors: await readAnchors(places.anchors),
  })
  if (!verified.ok) refuse('journal.broken', { seq: verified.seq, why: verified.why })
  const { events, head } = verified
  return { events, head }
}

async function unsubscribe({ kernel }: Company, token: string): ReturnType<Os['unsubscribe']> {
  const leave = readToken(kernel.vault.chainKey, token)
  if (!leave)
    refuse('input.unknown', {
      kind: 'unsubscribe link',
      name: token.slice(0, 20),
      nearest: '',
      command: 'the newest letter',
    })
  const { audience, member } = leave
  const why = 'they used the link of a letter'
  await kernel.store.write((tx) =>
    kernel.identities.members.unsubscribe(tx, { audience, member, origin: 'external', why }),
  )
  return { audience: (await kernel.identities.get(audience))?.name ?? audience }
}

async function nextDue({ kernel: { queue, gates }, chores }: Company): Promise<Instant | undefined> {
  const due = [await queue.nextDue(), await gates.nextDue(), await chores.nextDue()].filter((at) => at !== undefined)
  return due.length === 0 ? undefined : (Math.min(...due) as Instant)
}

async function close(company: Company): Promise<void> {
  const { mode, worker, backups, distilling, chores, degrading, webhooks, anchoring, watch, adapters, kernel, lock } =
    company
  mode.stopping()
  backups.stop()
  distilling.close()
  webhooks.close()
  await chores.close()
  await worker.close()
  await kernel.sandbox.close()
  await adapters.close()
  await degrading.close()
  await anchoring.close()
  await watch?.close()
  kernel.queue.close()
  await kernel.memory.close()
  await kernel.store.close()
  lock.release()
}
