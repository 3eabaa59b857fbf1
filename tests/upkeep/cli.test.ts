import { expect, test } from 'vitest'
import { inboxList } from '../../src/cli/render/gates.ts'
import { upkeepTable } from '../../src/cli/render/upkeep.ts'
import type { UpkeepLine } from '../../src/os/operations/upkeep.ts'
import { fault } from '../../src/values/fault.ts'
import { microUsd } from '../../src/values/money.ts'
import { instant } from '../../src/values/time.ts'

const at = instant(Date.UTC(2026, 2, 6, 11))
const well = { failing: 0, minutes: 0.5, reworked: 0, dear: 0, unused: 0, unreviewed: 0.4, drifting: 0 }
const line: UpkeepLine = {
  about: 'workflow:letter',
  owner: 'Ana',
  debt: 0.64,
  parts: well,
  cost: microUsd(1_500_000),
  runs: 10,
  failures: 1,
  failureRate: 0.1,
  minutes: 12.5,
  minutesAllowed: 30,
  saved: 100,
  decided: 4,
  refusedShare: 0.25,
  editedShare: 0.5,
  lastAt: at,
  reviewedAt: null,
  reviewAt: at,
  drifting: false,
  pausedAt: null,
  proposesPause: false,
}

test('the list of upkeep says for each what it takes, and why those beyond a limit are', () => {
  const over = {
    ...line,
    about: 'workflow:tax',
    debt: 2.53,
    parts: { ...well, minutes: 2.2, failing: 1.25 },
    proposesPause: true,
  }
  expect(upkeepTable('2026-03', [over, line], 'UTC')).toBe(`2026-03
AUTOMATION       DEBT  COST   MINUTES  SAVED  RUNS  FAILED  REFUSED, EDITED  LAST              REVIEW
workflow:tax     2.53  $1.50  12.5/30  100    10    10 %    25 %, 50 %       2026-03-06 11:00  2026-03-06 11:00
workflow:letter  0.64  $1.50  12.5/30  100    10    10 %    25 %, 50 %       2026-03-06 11:00  2026-03-06 11:00

workflow:tax: minutes 2.2, failing 1.3, proposed: soloist upkeep pause workflow:tax --why REASON`)
  expect(upkeepTable('2026-03', [], 'UTC')).toBe('2026-03\nThere is nothing to look after.')
})

const mode = { mode: 'normal', why: null, since: null, reasons: [] } as const

test('the inbox says in one line how many automations want upkeep', () => {
  const due = fault('upkeep.due', { about: 'workflow:letter', days: 3, owner: 'Ana' })
  const maintenance = [
    { about: 'workflow:letter', fault: due, openedAt: at },
    { about: 'agent:writer', fault: due, openedAt: at },
  ]
  const empty = { confirm: [], batch: [], proposals: 0, trials: [], mode, next: null }
  expect(inboxList({ ...empty, maintenance }, 'UTC')).toBe('2 automations need you (soloist upkeep)')
  expect(inboxList({ ...empty, maintenance: maintenance.slice(1) }, 'UTC')).toBe(
    '1 automation needs you (soloist upkeep)',
  )
})
