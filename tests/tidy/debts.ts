import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * What breaks a rule today and is known, by rule: tests/tidy/debts.json. The list may only shrink: a debt that is paid but still
 * listed is a complaint too.
 */
export function withoutDebts(root: string, rule: string, complaints: readonly string[]): string[] {
  const debts = JSON.parse(readFileSync(join(root, 'tests/tidy/debts.json'), 'utf8')) as Record<string, string[]>
  return settle(debts[rule] ?? [], complaints)
}

/** Complaints about files without a debt, and debts that no complaint stands behind. */
export function settle(debts: readonly string[], complaints: readonly string[]): string[] {
  const files = complaints.map((complaint) => complaint.split(/[: ]/, 1)[0])
  const paid = debts.filter((debt) => !files.includes(debt))
  return [
    ...complaints.filter((_complaint, index) => !debts.includes(files[index] ?? '')),
    ...paid.map((debt) => `${debt} is in order now; take it out of tests/tidy/debts.json`),
  ]
}
