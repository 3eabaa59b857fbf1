import { afterEach, beforeEach, expect, test } from 'vitest'
import type { IdentityId } from '../../src/values/id.ts'
import { Shell } from './shell.ts'

let shell: Shell
let ana: IdentityId
beforeEach(async () => {
  shell = await Shell.make()
  ana = await shell.behind(({ rows }) => rows.person('ana', 'Ana Nová', 'ana@example.org'))
  await shell.behind(({ rows }) => rows.person('old', 'Ana Nová', 'nova@example.org'))
})
afterEach(() => shell.remove())

test('a suggested merge is made, shown and undone by what the desk says to type', async () => {
  const suggested = await shell.type('identity', 'suggestions')
  expect(suggested.out).toBe(
    [
      'Ana Nová (idn_ana) and Ana Nová (idn_old) may be one.',
      '  ana@example.org and nova@example.org: the same name at the same domain.',
      '  Next: soloist identity merge idn_ana idn_old, or soloist identity distinguish idn_ana idn_old',
    ].join('\n'),
  )
  const merged = await shell.type('identity', 'merge', 'idn_ana', 'idn_old', '--why', 'She said so')
  const [, undo = ''] = /To undo it: soloist (.*)$/.exec(merged.out) ?? []
  expect(merged.out).toMatch(/^idn_old is now idn_ana\./)
  const shown = await shell.type('identity', 'show', 'nova@example.org')
  expect(shown.out).toContain('ana@example.org, nova@example.org')
  expect(shown.out).toMatch(/idn_old\s+Ana Nová\s+idn_ana\s+mrg_/)
  expect((await shell.type(...undo.split(' '))).out).toMatch(/^Undone: mrg_/)
  expect((await shell.type(...undo.split(' '))).code).toBe(4)
  expect((await shell.type('identity', 'distinguish', 'idn_ana', 'idn_old')).out).toBe('idn_ana and idn_old are two.')
  expect((await shell.type('identity', 'suggestions')).out).toBe('Nobody looks like somebody else.')
})

test('who only looks alike comes with a warning and no merge to type', async () => {
  await shell.behind(({ rows }) => rows.person('foe', 'Foe', '\u0430na@example.org'))
  const { out } = await shell.type('identity', 'show', 'idn_foe')
  expect(out).toContain('WARNING: Ana Nová (idn_ana) and Foe (idn_foe) look alike. Do not merge unless you are sure.')
  expect(out).toContain('look alike and are not the same.')
  expect(out).not.toContain('identity merge')
})

test('a note is recorded at its time and shown; one of 10 MB is refused', async () => {
  const note = ['identity', 'note', 'ana@example.org', 'Wants the invoice in May', '--channel', 'call', '--by', 'them']
  const done = await shell.type(...note, '--at', '2026-02-03T10:00', '--thread', 'May')
  expect([done.code, done.out]).toEqual([0, expect.stringContaining(`Recorded for ${ana}: event `)])
  expect((await shell.type('identity', 'show', 'ana@example.org')).out).toMatch(
    /2026-02-03 10:00\s+call\s+them\s+Wants the invoice in May/,
  )
  shell.stdin = 'x'.repeat(10_000_000)
  const refused = await shell.type('identity', 'note', 'ana@example.org', '-')
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('input.too-large')])
  expect((await shell.type('identity', 'note', 'ana@example.org', 'x', '--at', 'yesterday')).code).toBe(2)
})

test('a relation is said, shown from the other end, and over', async () => {
  const ends = ['ana@example.org', 'client-of', 'nova@example.org']
  expect((await shell.type('identity', 'relate', ...ends)).out).toMatch(/^Related: tie_/)
  expect((await shell.type('identity', 'show', 'nova@example.org')).out).toMatch(/Ana Nová\s+client-of\s+Ana Nová/)
  expect((await shell.type('identity', 'unrelate', ...ends)).out).toMatch(/^Over: tie_/)
  expect((await shell.type('identity', 'unrelate', ...ends)).code).toBe(4)
})

test('a file of vCards goes in byte by byte, also without an audience', async () => {
  await shell.write('book.vcf', 'BEGIN:VCARD\nVERSION:4.0\nFN:Bo\nEMAIL:bo@example.org\nEND:VCARD\n')
  const done = await shell.type('identity', 'import', 'book.vcf')
  expect([done.code, done.out]).toEqual([0, expect.stringContaining('2 new, 1 joined')])
})
