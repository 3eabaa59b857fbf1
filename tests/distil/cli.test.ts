import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { days, hours } from '../../src/values/time.ts'
import { typeAt } from '../cli/type-at.ts'
import { openAtWork } from './at-work.ts'

let company: Awaited<ReturnType<typeof openAtWork>>
beforeEach(async () => {
  company = await openAtWork({ memory: { retention: { 'interaction.recorded': days(730) } } })
  writeFileSync(join(company.folder, 'soloist.config.ts'), '')
})

const type = (...argv: readonly string[]) => typeAt(company, argv)

test('a dry run shows each fact with how sure it is, where it is from, and what would be dropped', async () => {
  const ana = await company.person('Ana', 'ana@example.org')
  const seq = await company.say(ana, 'I am vegan.')
  await company.say(ana, 'Bye.')
  await company.clock.advance(hours(1))
  const wish = ['memory', 'distil', '--identity', 'ana@example.org', '--older-than', '0']
  const { code, out } = await type(...wish, '--dry-run')
  const [first, heads, ...rest] = out.split('\n')
  expect([code, first]).toEqual([0, '2 events would be read, 2 facts would be learned.'])
  expect(heads).toMatch(/^IDENTITY +FACT +VALUE +SURE +ORIGIN +EVENTS$/)
  expect(rest.at(-2)).toMatch(new RegExp(`^${ana} +said.diet.vegan +\\{"is":"vegan",.*\\} +85% +external +${seq}$`))
  expect(rest.at(-1)).toBe('Nothing but a count would be kept of 1 interaction.recorded.')
  const json = JSON.parse((await type(...wish, '--json')).out)
  expect(json).toMatchObject({ dryRun: false, read: 2, more: false })
  expect((await type(...wish)).out).toBe('0 events read, 0 facts learned.')
})

test('the status tells how far it is, what was dropped and for how long things are found', async () => {
  expect((await type('memory', 'status')).out).toBe(
    [
      'Distilled   0 events of 0 identities in 0 stretches, into 0 facts',
      'Dropped     nothing',
      'Old enough  0 identities; after 30 days',
      'Next        nothing waits',
      'Index       0 KB',
      '',
      'KIND                  FOUND FOR  NO LONGER FOUND',
      'interaction.recorded  730 days   nothing yet',
    ].join('\n'),
  )
  await company.say(await company.person('Ana', 'ana@example.org'), 'Bye.')
  expect((await type('memory', 'status')).out).toContain('Next        2026-04-01 00:00')
  await company.pass(days(32))
  const { out } = await type('memory', 'status')
  expect(out).toContain('Distilled   1 events of 1 identities in 1 stretches, into 1 facts')
  expect(out).toContain('Dropped     1 interaction.recorded')
})

test('nobody of that name, or a time that is none, is a clear fault', async () => {
  const nobody = await type('memory', 'distil', '--identity', 'nobody@example.org')
  expect([nobody.code, nobody.err]).toEqual([4, expect.stringContaining('identity.unknown')])
  const odd = await type('memory', 'distil', '--older-than', 'soon')
  expect([odd.code, odd.err]).toEqual([2, expect.stringContaining('input.invalid')])
})
