import { occurrenceFrom } from '../../queue/occurrence.ts'
import { pauseSchedule, resumeSchedule, scheduleNamed } from '../../queue/schedule.ts'
import type { Tx } from '../../store/store.ts'
import { refuse } from '../../values/fault.ts'
import { companyIdentity } from '../../values/id.ts'
import type { Company } from '../commands.ts'
import { cronOf } from '../schedules/define.ts'
import { standingPause } from './paused.ts'
import { automationNamed } from './rules.ts'

const byOperator = { subject: companyIdentity, origin: 'operator' } as const

/**
 * The operator accepts that a workflow is paused: its active schedules stop, in the same transaction, and no new run of it begins; what
 * runs goes on. Gives the schedules. Faults: `input.unknown`, `upkeep.not-possible`.
 */
export async function pauseWorkflow(company: Company, about: string, why: string): Promise<readonly string[]> {
  const { kernel } = company
  const { kind, name } = automationNamed(company, about)
  if (kind === 'agent') {
    const hint = `Withdraw its version with 'soloist release withdraw ${name} VERSION --why REASON', or pause the workflows that use it.`
    refuse('upkeep.not-possible', { about, verb: 'paused', why: 'an agent works for workflows', hint })
  }
  const schedules = await kernel.store.write(async (tx) => {
    if (await standingPause(tx, about)) {
      const hint = `Let it go on with 'soloist upkeep resume ${about} --why REASON'.`
      refuse('upkeep.not-possible', { about, verb: 'paused', why: 'it is paused already', hint })
    }
    const active = await schedulesOf(tx, name, 'active')
    for (const schedule of active) await pauseSchedule(tx, kernel.journal, schedule)
    const payload = { about, schedules: active, why }
    const seq = await kernel.journal.append(tx, { kind: 'upkeep.paused', ...byOperator, payload })
    await tx.db.insertInto('upkeep_pauses').values({ seq, about, at: kernel.clock.now(), ended_seq: null }).execute()
    return active
  })
  company.chores.nudge()
  return schedules
}

/** Takes a pause back: the schedules that it stopped go on. Faults: `input.unknown`, `upkeep.not-possible`. */
export async function resumeWorkflow(company: Company, about: string, why: string): Promise<readonly string[]> {
  const { kernel } = company
  const { name } = automationNamed(company, about)
  const schedules = await kernel.store.write(async (tx) => {
    const pause = await standingPause(tx, about)
    if (!pause) {
      const hint = `What stands is shown by 'soloist upkeep'.`
      refuse('upkeep.not-possible', { about, verb: 'resumed', why: 'it is not paused', hint })
    }
    const [event] = await kernel.journal.at([pause.seq], tx)
    const stopped = event?.kind === 'upkeep.paused' ? (event.payload?.schedules ?? []) : []
    const still = await schedulesOf(tx, name, 'paused')
    const going = stopped.filter((schedule) => still.includes(schedule))
    for (const schedule of going) await goOn(tx, company, schedule)
    const payload = { about, schedules: going, why }
    const seq = await kernel.journal.append(tx, { kind: 'upkeep.resumed', ...byOperator, payload })
    await tx.db.updateTable('upkeep_pauses').set({ ended_seq: seq }).where('seq', '=', pause.seq).execute()
    return going
  })
  company.chores.nudge()
  return schedules
}

async function schedulesOf(tx: Tx, workflow: string, state: 'active' | 'paused'): Promise<string[]> {
  const rows = await tx.db
    .selectFrom('schedules')
    .select('name')
    .where('workflow', '=', workflow)
    .where('state', '=', state)
    .orderBy('name')
    .execute()
  return rows.map(({ name }) => name)
}

async function goOn(tx: Tx, { kernel }: Company, name: string): Promise<void> {
  const row = await scheduleNamed(tx.db, name)
  if (!row) return
  const next = occurrenceFrom(cronOf(row.cron), row.time_zone, kernel.clock.now()) ?? null
  await resumeSchedule(tx, kernel.journal, name, next)
}
