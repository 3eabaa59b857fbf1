import type { Kernel } from '../../src/executor/kernel.ts'
import type { Plan } from '../../src/planner/plan.ts'
import type { Row } from '../../src/store/tables.ts'
import { foldBatches } from './fold-batches.ts'
import { foldControls } from './fold-controls.ts'
import { foldEffects } from './fold-effects.ts'
import { foldGates } from './fold-gates.ts'
import { foldMoney } from './fold-money.ts'
import { foldReleases } from './fold-releases.ts'
import { foldRuns } from './fold-runs.ts'
import { foldSchedules } from './fold-schedules.ts'
import { FoldedTasks } from './fold-tasks.ts'
import { foldTrials } from './fold-trials.ts'
import { foldWebhooks } from './fold-webhooks.ts'
import { type Passed, readJournal, type Told } from './told.ts'

const tables = [
  ...(['runs', 'tasks', 'needs', 'steps', 'effects', 'gates', 'gate_covers', 'decisions'] as const),
  ...(['budgets', 'reservations', 'schedules', 'occurrences'] as const),
  ...(['budgets', 'reservations', 'receipts', 'waits', 'subscriptions', 'deliveries'] as const),
  ...(['controls', 'admissions'] as const),
  ...(['batches'] as const),
  ...(['releases', 'release_shares', 'withdrawals'] as const),
  ...(['trials', 'replays', 'repeats'] as const),
]
/** The rows of each table as sorted texts: what is compared. */
export type Rows = Readonly<Record<(typeof tables)[number], readonly string[]>>

type Replayable = Pick<Kernel, 'store' | 'journal'>

/** The rows that the journal alone gives, through the pure laws of the states. Plans are read by hash: they are content. */
export async function replayed(kernel: Replayable, passed?: Passed): Promise<Rows> {
  const events = await readJournal(kernel, passed)
  const plans = await readPlans(kernel)
  const runs = foldRuns(events, plans)
  const tasks = new FoldedTasks(runs, plans)
  for (const event of events) tasks.take(event)
  const rows = {
    runs,
    tasks: tasks.tasks(),
    needs: tasks.needs(),
    steps: foldSteps(events),
    effects: foldEffects(events),
    ...foldGates(events),
    ...foldMoney(events),
    ...foldSchedules(events),
    ...foldWebhooks(events),
    ...foldReleases(events),
    ...foldControls(events),
    batches: foldBatches(events),
    ...foldTrials(events),
  }
  return Object.fromEntries(tables.map((table) => [table, texts(rows[table])])) as unknown as Rows
}

/** The rows as they are. */
export async function kept({ store }: Replayable): Promise<Rows> {
  const rows: Partial<Record<(typeof tables)[number], readonly string[]>> = {}
  for (const table of tables) {
    rows[table] = texts(
      (await store.read
        .selectFrom(table as 'runs')
        .selectAll()
        .execute()) as object[],
    )
  }
  return rows as Rows
}

function foldSteps(events: readonly Told[]): Row<'steps'>[] {
  return events.flatMap((event) => {
    if (event.kind !== 'step.done' || event.task === null) return []
    const { round, key, kind } = event.payload
    return [{ task_id: event.task, round, key, kind, seq: event.seq }]
  })
}

async function readPlans({ store }: Replayable): Promise<Map<string, Plan>> {
  const rows = await store.read.selectFrom('plans').selectAll().execute()
  return new Map(rows.map((row) => [row.hash, JSON.parse(row.body) as Plan]))
}

/** Columns in one order, rows in one order. */
function texts(rows: readonly object[]): string[] {
  return rows.map((row) => JSON.stringify(row, Object.keys(row).sort())).sort()
}
