import { sql } from 'kysely'
import { maybeHappened } from '../../executor/resolve-effect.ts'
import { accountOf } from '../../models/ladder.ts'
import { isWork } from '../../store/practice.ts'
import { readAnchors } from '../../telemetry/anchor.ts'
import { verifyChain } from '../../telemetry/verify.ts'
import { type Fault, fault } from '../../values/fault.ts'
import { between, days, instant } from '../../values/time.ts'
import type { Check, Os } from '../os.ts'
import { placesOf } from '../places.ts'
import { checkSchedules } from '../queries/schedules.ts'
import { listSecrets } from '../queries/secrets.ts'
import { checkWebhooks } from '../queries/webhook-checks.ts'
import { type Finding, fine, look, wrong } from './finding.ts'

/** What an open company says of itself: plans, secrets, the chain, what waits, and all that it needs from outside. */
export async function companyFindings(os: Os): Promise<Finding[]> {
  const backup = await os.backups.standing()
  const own = [
    ...(await checkSchedules(os)),
    ...(await checkWebhooks(os)),
    ...(backup ? [{ what: 'backup', fault: backup.fault }] : []),
  ].map(found)
  const probed = (await os.probe()).map(found)
  return [
    ...plans(os),
    ...secrets(os),
    await chain(os),
    ...own,
    ...accounts(os),
    ...(await waiting(os)),
    await modeFinding(os),
    ...probed,
  ]
}

function found(check: Check): Finding {
  return { ...check, level: check.fault === null ? 'ok' : 'wrong' }
}

function plans(os: Os): Finding[] {
  return os.config.workflows.flatMap(({ name }) => {
    const what = `workflow ${name}`
    const { faults } = os.plan(name)
    return faults.length === 0 ? [fine(what)] : faults.map((found) => wrong(what, found))
  })
}

function secrets(os: Os): Finding[] {
  return listSecrets(os).flatMap(({ name, set, neededBy }) => {
    if (neededBy.length === 0) return []
    const what = `secret ${name}`
    return [set ? fine(what) : wrong(what, fault('secret.missing', { adapter: neededBy.join(', '), name }))]
  })
}

/** One account for all models: its outage is an outage of the company. */
function accounts({ config }: Os): Finding[] {
  const { models } = config
  const named = new Set(
    Object.values(models).flatMap((tier) => tier.map((choice) => accountOf(models, choice) ?? choice.provider)),
  )
  const [account, another] = named
  if (account === undefined) return []
  return [another === undefined ? look('accounts', fault('doctor.one-account', { account })) : fine('accounts')]
}

/** As `soloist verify`, but writes no anchor: a doctor only looks. */
async function chain(os: Os): Promise<Finding> {
  const { anchors } = placesOf(os.folder, os.config.store.folder)
  const { chainKey } = os.vault
  const verified = await verifyChain({ read: os.store.read, chainKey, anchors: await readAnchors(anchors) })
  if (verified.ok) return fine(`journal (${verified.events} events)`)
  return wrong('journal', fault('journal.broken', { seq: verified.seq, why: verified.why }))
}

// An operator may be on holiday for a week; what waits for two was probably not seen.
const longWait = days(14)

async function waiting(os: Os): Promise<Finding[]> {
  const before = instant(os.clock.now() - longWait)
  const { rows } = await sql<{ gates: number; failed: number; unknown: number }>`SELECT
    (SELECT count(*) FROM gates WHERE state = 'open' AND opened_at < ${before}) AS gates,
    (SELECT count(*) FROM tasks JOIN runs ON runs.id = tasks.run_id
      WHERE tasks.state = 'failed' AND runs.state IN ('running', 'held', 'failed') AND ${isWork}) AS failed,
    (SELECT count(*) FROM effects JOIN runs ON runs.id = effects.run_id
      WHERE effects.state IN ('intended', 'unknown') AND runs.state <> 'undone'
        AND ${maybeHappened} AND (effects.state = 'unknown' OR runs.ended_at IS NOT NULL)) AS unknown`.execute(
    os.store.read,
  )
  const { gates = 0, failed = 0, unknown = 0 } = rows[0] ?? {}
  const count = (what: string, many: number, found: Fault): Finding => (many > 0 ? look(what, found) : fine(what))
  return [
    count(
      'gates',
      gates,
      fault('doctor.waiting-gates', { count: gates, days: between(before, os.clock.now()) / days(1) }),
    ),
    count('tasks', failed, fault('doctor.failed-tasks', { count: failed })),
    count('effects', unknown, fault('doctor.in-doubt', { count: unknown })),
  ]
}

async function modeFinding(os: Os): Promise<Finding> {
  const { mode, why } = await os.mode()
  if (mode === 'normal') return fine('mode')
  return look('mode', fault(mode === 'paused' ? 'company.paused' : 'company.degraded', { why: why ?? mode }))
}
