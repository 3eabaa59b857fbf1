import { afterEach, expect, test, vi } from 'vitest'
import type { DemoCompany } from '../../scripts/demo/company.ts'
import type { Verified } from '../../src/os/os.ts'
import type { GateView } from '../../src/os/queries/gates.ts'
import type { RunView } from '../../src/os/queries/run.ts'
import { companyWithReaders, letters, openGate, startLetter } from './letter.ts'
import { normal } from './normal.ts'

// Each command is a process: seconds where the machine is busy.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

const companies: DemoCompany[] = []
afterEach(async () => {
  for (const company of companies.splice(0)) await company.close()
})

interface Issue {
  readonly subject: string
  readonly markdown: string
}
const issueOf = (gate: GateView): Issue => gate.card?.content as unknown as Issue
const quotes = ({ markdown }: Issue): number => markdown.split('\n').filter((line) => line.startsWith('- ')).length

test('an issue goes from brief to letters, and every --json answer is the same while soloist start runs', async () => {
  const [alone, served] = await Promise.all([story(false), story(true)])
  expect(served).toEqual(alone)
})

/** Plays an issue, checks it on the way, and gives what each command answered. */
async function story(served: boolean): Promise<unknown> {
  const company = await companyWithReaders({ served })
  companies.push(company)
  const plan = await company.ask<{ hash: string }>(['plan', 'newsletter'])
  const { run, gate } = await startLetter(company, { topic: 'Kettles' })
  expect([run.state, run.openGates, gate.taskName]).toEqual(['held', 1, 'edit'])
  expect(letters(company)).toEqual([])

  const returned = await company.ask(['decide', gate.id, '--return', 'Shorter, please'])
  const second = await openGate(company)
  expect(second.id).not.toBe(gate.id)
  expect(quotes(issueOf(second))).toBeGreaterThan(0)
  expect(quotes(issueOf(second))).toBeLessThan(quotes(issueOf(gate)))

  const edited = JSON.stringify({ ...issueOf(second), subject: 'Kettles, mended' })
  const decided = await company.ask(['decide', second.id, '--edit', '-'], edited)
  const shown = await company.ask<RunView>(['show', run.id])
  expect(shown.plan).toBe(plan.hash)
  expect(shown.tasks.find(({ name }) => name === 'distribute')?.state).toBe('done')
  expect(letters(company)).toHaveLength(6)
  for (const letter of letters(company)) expect(letter).toContain('Subject: Kettles, mended')
  const verified = await company.ask<Verified>(['verify'])
  expect(verified.events).toBeGreaterThan(100)
  if (served) expect(await company.stop()).toBe(0)
  return normal({ plan, run, gate, returned, second, decided, shown })
}
