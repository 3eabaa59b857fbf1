import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { type Controlled, openControlled } from '../controls/company.ts'
import { typeAt } from './type-at.ts'

let company: Controlled
beforeEach(async () => {
  company = await openControlled({})
  writeFileSync(join(company.folder, 'soloist.config.ts'), '')
})

test.each([
  ['budget set workflow:leters 5', 4, 'There is no workflow called "leters". Did you mean "letters"?'],
  ['control stop agent:writr', 4, 'There is no agent called "writr". Did you mean "writer"?'],
  [
    'control downgrade agent:writer cheep',
    2,
    'rule.tier: Invalid option: expected one of "quality"|"standard"|"cheap"',
  ],
  ['upkeep log workflow:letters soon --why tired', 2, '"soon" does not fit: it is not a number of minutes like 20.'],
  ['upkeep log workflow:leters 5 --why tired', 4, 'Did you mean "workflow:letters"?'],
  ['release set writer 99=100 --why x', 4, 'There is no version of writer called "99". It has v'],
])('%s: the message names what was meant, or what fits', async (line, code, says) => {
  const typed = await typeAt(company, line.split(' '))
  expect([typed.code, typed.err]).toEqual([code, expect.stringContaining(says)])
})

test.each([
  ['release set writer 1=100', "required option '--why <reason>' not specified", 'soloist release set --help'],
  ['release set --why x', "missing required argument 'agent'", 'soloist release set --help'],
  ['control throtle company', "unknown command 'throtle'", 'soloist control --help'],
  ['control stop agent:writer --lanes some', 'Allowed choices are background, all', 'soloist control stop --help'],
  ['upkeep --monht 2026-03', "unknown option '--monht'", 'soloist upkeep list --help'],
  ['cotrol list', "unknown command 'cotrol'", 'soloist --help'],
])('%s: what is not understood names the next step', async (line, says, next) => {
  const typed = await typeAt(company, line.split(' '))
  expect([typed.code, typed.out]).toEqual([2, ''])
  expect(typed.err).toContain(says)
  expect(typed.err.split('\n').at(-1)).toBe(`Next: ${next}`)
})

test('help says which options must be given', async () => {
  const { out } = await typeAt(company, ['release', 'canary', '--help'])
  expect(out).toMatch(/--why <reason> +why \(must be given\)/)
  expect(out).toMatch(/--share <percent> +of new runs, 1 to 50 \(default: "10"\)/)
})
