import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { newFolder, openIn } from '../releases/company.ts'
import { typeAt } from './type-at.ts'

test('disputes of the whole company are listed with what to type, and saying a word ends one', async () => {
  const folder = newFolder()
  const company = await openIn(folder, { workflows: [] })
  onTestFinished(() => company.close())
  writeFileSync(join(folder, 'soloist.config.ts'), '')
  const type = (...argv: string[]) => typeAt({ os: company.os, folder }, ['identity', ...argv])
  const { identities, store } = company.kernel
  const ana = await store.write((tx) => identities.create(tx, { kind: 'person', name: 'Ana', origin: 'operator' }))
  expect((await type('disputes')).out).toBe('Nothing is in dispute.')
  for (const key of ['city', 'role']) {
    await type('fact', ana, key, 'mine')
    await store.write((tx) => identities.facts.record(tx, { identity: ana, key, value: 'theirs', origin: 'external' }))
  }
  const { out } = await type('disputes')
  expect(out).toMatch(/^NAME {2}ID .*\nAna {3}idn_\w+ {2}role {2}mine \(operator\) {2}theirs \(external\) {2}2026-/)
  expect(out).toContain('\nNext: say which it is, and that stands: soloist identity fact ID KEY VALUE')
  const page = await type('disputes', '--limit', '1')
  const [, before = ''] = /\nMore: soloist identity disputes --before (\d+)$/.exec(page.out) ?? []
  expect((await type('disputes', '--before', before)).out).toMatch(/ city {2}mine /)
  await type('fact', ana, 'city', 'theirs')
  await type('fact', ana, 'role', 'mine')
  expect((await type('disputes')).out).toBe('Nothing is in dispute.')
})
