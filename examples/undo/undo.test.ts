import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunId } from 'soloist'
import { type Rehearsal, rehearse } from 'soloist/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'

const before = '# Prices\n\n- A zip: 12\n'
const after = '# Prices\n\n- A zip: 14\n'
let company: Rehearsal
let run: RunId

beforeEach(async () => {
  company = await rehearse(import.meta.dirname)
  run = await company.run('raise-prices', { list: after, notice: 'Zips cost 14 now.\n' })
})

afterEach(() => company.close())

const path = (name: string): string => join(company.folder, 'knowledge', name)

test('a dry run says what would be taken back, and takes back nothing', async () => {
  const { effects } = (await company.desk('runs.undo', { run, dryRun: true })) as { effects: { how: string }[] }
  expect(effects.map(({ how }) => how)).toEqual(['undo', 'undo'])
  expect(readFileSync(path('prices.md'), 'utf8')).toBe(after)
})

test('undo puts back what was there, and removes what was not', async () => {
  await company.undo(run)
  expect(readFileSync(path('prices.md'), 'utf8')).toBe(before)
  expect(existsSync(path('notice.md'))).toBe(false)
  expect((await company.show(run)).state).toBe('undone')
})

test('what somebody changed since is not overwritten: the operator is asked', async () => {
  writeFileSync(path('prices.md'), '# Prices\n\n- A zip: 15, by hand\n')
  await company.undo(run)
  expect(readFileSync(path('prices.md'), 'utf8')).toContain('by hand')
  expect((await company.show(run)).state).toBe('undo-held')
  expect(await company.inbox()).toHaveLength(1)
})
