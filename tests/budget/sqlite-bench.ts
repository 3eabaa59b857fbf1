import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBudget } from '../../src/budget/open-budget.ts'
import { systemClock } from '../../src/store/clock.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { openVault } from '../../src/store/vault.ts'
import { openJournal } from '../../src/telemetry/journal.ts'
import type { BudgetBench } from '../../src/testing/budget-suite.ts'
import { randomIds } from '../../src/values/id.ts'
import { patient } from '../queue/patient-store.ts'

/** A company of its own in a temporary folder, removed with `close`. */
export async function openBench(): Promise<BudgetBench> {
  const folder = mkdtempSync(join(tmpdir(), 'soloist-budget-'))
  const parts = await openParts(folder)
  return {
    ...parts,
    async close() {
      await parts.close()
      rmSync(folder, { recursive: true })
    },
  }
}

/** Store, journal and budget of a folder, as one process has them. */
export async function openParts(folder: string): Promise<BudgetBench> {
  const clock = systemClock()
  const store = patient(openSqlite(join(folder, 'company.db')))
  const journal = openJournal(store, await openVault(store, Buffer.alloc(32, 7), clock), clock)
  const budget = openBudget({ store, journal, ids: randomIds(clock.now), clock })
  return { store, journal, budget, close: () => store.close() }
}
