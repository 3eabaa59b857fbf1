import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Row } from '../../src/store/tables.ts'
import { Shell } from './shell.ts'

let shell: Shell
beforeEach(async () => {
  shell = await Shell.make()
  await shell.behind((company) => company.rows.person('ana', 'Ana', 'ana@example.org'))
})
afterEach(() => shell.remove())

const ana = 'ana@example.org'

test('a promise is noted, listed, shown, told in the snapshot, and kept once', async () => {
  const noted = await shell.type('identity', 'promise', ana, 'send the draft', '--due', '2026-03-05')
  expect(noted.out).toMatch(/^Noted: cmt_\w+, due by 2026-03-0\d \d\d:\d\d\.$/)
  const id = /cmt_\w+/.exec(noted.out)?.[0] ?? ''
  expect((await shell.type('identity', 'promise', ana, 'pay the invoice', '--theirs')).out).toMatch(
    /^Noted: cmt_\w+\.$/,
  )
  const owed = await shell.type('identity', 'owed')
  expect(owed.out.split('\n').map((line) => line.split(/\s{2,}/).slice(1, 4))).toEqual([
    ['WITH', 'BY', 'WHAT'],
    ['Ana', 'us', 'send the draft'],
    ['Ana', 'them', 'pay the invoice'],
  ])
  expect((await shell.type('show', 'idn_ana')).out).toContain('send the draft')
  const snapshot = await shell.type('identity', 'snapshot', ana, '--purpose', 'write to her', '--tokens', '100')
  expect(snapshot.out).toMatch(/event \d+ +We promised: send the draft \(by 2026-03-05; .* +promised\n/)
  expect(snapshot.out).toMatch(/2 lines, \d+ tokens, up to event \d+\.$/)
  const json = JSON.parse((await shell.type('identity', 'snapshot', ana, '--json')).out)
  expect(Object.keys(json.lines[0]).sort()).toEqual([
    ...['at', 'identity', 'kind', 'origin', 'score', 'source', 'text', 'tokens', 'why'],
  ])
  expect((await shell.type('identity', 'keep', id, '--why', 'Sent')).out).toBe(`${id} is kept.`)
  const again = await shell.type('identity', 'drop', id)
  expect([again.code, again.err.split('\n')[0]]).toEqual([1, `commitment.over: Commitment ${id} is kept already.`])
  expect((await shell.type('identity', 'owed', ana)).out).not.toContain('send the draft')
})

test('a fact is pinned and unpinned by its key, and a key that nobody knows is none', async () => {
  await shell.behind(({ os }) =>
    os.store.write(async (tx) => {
      const rest = { confidence: 1, recorded_at: 1, valid_from: null, valid_until: null, superseded_by: null }
      const fact = { id: 'fct_1', identity_id: 'idn_ana', key: 'allergy', value: '"peanuts"', source_seq: 1, ...rest }
      const row = { ...fact, origin: 'operator' } as unknown as Row<'facts'>
      await tx.db.insertInto('facts').values(row).execute()
    }),
  )
  expect((await shell.type('identity', 'pin', ana, 'allergy')).out).toBe('Pinned.')
  expect((await shell.type('identity', 'pin', ana, 'allergy')).out).toBe('It was pinned already.')
  expect((await shell.type('show', 'idn_ana')).out).toContain('allergy (pinned)  peanuts')
  expect((await shell.type('identity', 'unpin', ana, 'allergy')).out).toBe('No longer pinned.')
  expect((await shell.type('identity', 'unpin', ana, 'allergy')).out).toBe('It was not pinned.')
  expect((await shell.type('identity', 'pin', ana, 'alergy')).code).toBe(4)
})
