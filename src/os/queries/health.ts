import { sql } from 'kysely'
import { isWork } from '../../store/practice.ts'
import type { Instant } from '../../values/time.ts'
import type { Standing } from '../backup/backups.ts'
import type { Mode, Os } from '../os.ts'
import { type ControlLine, listControls } from './controls.ts'
import { lastSeq } from './events.ts'
import { nextScheduled } from './schedules.ts'

/** How the company stands. Counts stop at 1000: more says nothing else. */
export interface Health {
  readonly name: string
  readonly folder: string
  readonly mode: Mode
  /** What waits for the operator: work, and no practice. */
  readonly waiting: {
    readonly confirm: number
    readonly batch: number
    /** Failed tasks of runs that are at no end of their own. */
    readonly failed: number
    readonly inDoubt: number
    /** Workflows and agents that want upkeep. */
    readonly automations: number
  }
  readonly runs: { readonly running: number; readonly held: number }
  /** Ready and due now, and under way. */
  readonly work: { readonly due: number; readonly claimed: number }
  readonly nextDue: Instant | null
  /** The schedule that fires next. */
  readonly nextScheduled: { readonly name: string; readonly at: Instant } | null
  /** What the operator throttles, schedules, downgrades or stops. */
  readonly controls: readonly ControlLine[]
  readonly lastSeq: number
  /** `null` where the config wants none. */
  readonly backup: Standing | null
}

/** Counts what waits, runs and is due; nine counts that each follow an index. */
export async function health(os: Os): Promise<Health> {
  const counts = await countAll(os)
  const { confirm, batch, failed } = counts
  return {
    name: os.config.name,
    folder: os.folder,
    mode: await os.mode(),
    waiting: { confirm, batch, failed, inDoubt: counts.unknown, automations: counts.automations },
    runs: { running: counts.running, held: counts.held },
    work: { due: counts.due, claimed: counts.claimed },
    nextDue: (await os.nextDue()) ?? null,
    nextScheduled: await nextScheduled(os),
    controls: await listControls(os, { history: false }),
    lastSeq: await lastSeq(os),
    backup: await os.backups.standing(),
  }
}

interface Counts {
  confirm: number
  batch: number
  failed: number
  unknown: number
  automations: number
  running: number
  held: number
  due: number
  claimed: number
}

async function countAll(os: Os): Promise<Counts> {
  const first = (rows: ReturnType<typeof sql>) => sql<number>`(SELECT count(*) FROM (${rows} LIMIT 1000))`
  const { rows } = await sql<Counts>`SELECT
    ${first(sql`SELECT 1 FROM gates WHERE state = 'open' AND kind = 'confirm'`)} AS confirm,
    ${first(sql`SELECT 1 FROM gates WHERE state = 'open' AND kind = 'batch'`)} AS batch,
    ${first(sql`SELECT 1 FROM tasks JOIN runs ON runs.id = tasks.run_id
      WHERE tasks.state = 'failed' AND runs.state IN ('running', 'held', 'failed') AND ${isWork}`)} AS failed,
    ${first(sql`SELECT 1 FROM effects WHERE state IN ('intended', 'unknown') AND state = 'unknown'`)} AS unknown,
    ${first(sql`SELECT 1 FROM maintenance WHERE closed_at IS NULL AND about >= 'agent:'`)} AS automations,
    ${first(sql`SELECT 1 FROM runs WHERE state = 'running'`)} AS running,
    ${first(sql`SELECT 1 FROM runs WHERE state = 'held'`)} AS held,
    ${first(sql`SELECT 1 FROM tasks WHERE state = 'ready' AND due_at <= ${os.clock.now()}`)} AS due,
    ${first(sql`SELECT 1 FROM tasks WHERE state = 'claimed'`)} AS claimed`.execute(os.store.read)
  const [row] = rows
  if (!row) throw new TypeError('a SELECT of counts gives a row')
  return row
}
