import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import type { DemoCompany } from '../../scripts/demo/company.ts'
import { companyWithReaders, openGate, startLetter } from './letter.ts'

// Each command is a process: seconds where the machine is busy.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

let company: DemoCompany
afterEach(() => company.close())

/** What a command says to a person; fails when it does. */
const type = (...args: readonly string[]): Promise<string> => company.soloist([...args, '--company', company.folder])
const write = (name: string, text: string): string => {
  writeFileSync(join(company.folder, name), text)
  return join(company.folder, name)
}
const idIn = (text: string, kind: string): string => new RegExp(`${kind}_[0-9a-z]+`).exec(text)?.[0] ?? `no ${kind}_`

const card = (name: string, ...lines: readonly string[]): string =>
  ['BEGIN:VCARD', 'VERSION:4.0', `FN:${name}`, ...lines, 'END:VCARD', ''].join('\r\n')

test('a client comes by a card, becomes one record, is remembered in a few lines, given what is held on her, and forgotten', async () => {
  company = await companyWithReaders()
  const book = write(
    'book.vcf',
    card('Rosa Zqvidal', 'EMAIL:rosa@studio.example', 'TEL:+420777123456') +
      card('R. Zqvidal', 'EMAIL:rosa.zqvidal@mail.example', 'TEL:+420 777 123 456') +
      card('Studio', 'KIND:org', 'EMAIL:office@other.example'),
  )
  expect(await type('identity', 'import', book, '--dry-run')).toContain('3 new, 0 joined')
  expect(await type('identity', 'import', book)).toContain('3 new, 0 joined')
  rmSync(book)

  const suggested = await type('identity', 'suggestions')
  expect(suggested).toContain('have the phone +420777123456')
  const [, one = '', other = ''] = /soloist identity merge (\S+) (\S+?),/.exec(suggested) ?? []
  expect(await type('identity', 'merge', one, other, '--why', 'She said so')).toContain('To undo it: soloist identity')
  const [rosa, also] = ['rosa@studio.example', 'rosa.zqvidal@mail.example']
  expect(await type('identity', 'relate', rosa, 'client-of', 'office@other.example')).toContain('Related')
  await type('identity', 'fact', rosa, 'allergy', '"zqwalnuts"')
  expect(await type('identity', 'pin', rosa, 'allergy')).toBe('Pinned.\n')
  await type('identity', 'note', also, 'She wants zqcobalt on the cover.', '--channel', 'call', '--by', 'them')
  const promise = idIn(await type('identity', 'promise', rosa, 'send the zqdraft', '--due', '2026-03-20'), 'cmt')
  expect(await type('identity', 'owed')).toContain('send the zqdraft')
  const lines = await type('identity', 'snapshot', also, '--purpose', 'design the cover', '--tokens', '200')
  for (const held of ['zqwalnuts', 'zqcobalt', 'zqdraft']) expect(lines).toContain(held)
  expect(await type('recall', 'What colour does she want on the cover?')).toContain('zqcobalt')
  expect(await type('identity', 'keep', promise, '--why', 'Sent')).toContain('is kept')

  const file = join(company.home, 'rosa')
  expect(await type('identity', 'export', also, file)).toContain('delete both')
  const given = readFileSync(`${file}.md`, 'utf8') + readFileSync(`${file}.json`, 'utf8')
  for (const held of ['zqwalnuts', 'zqcobalt', 'zqdraft', also]) expect(given).toContain(held)
  for (const end of ['.md', '.json']) rmSync(file + end)

  expect(await type('identity', 'forget', rosa, '--dry-run')).toContain('Nothing was done.')
  expect(await type('identity', 'forget', rosa, '--yes')).toContain('The journal still verifies.')
  expect((await company.type(['identity', 'show', also, '--company', company.folder])).err).toContain(
    'Nobody is known as',
  )
  expect(await type('recall', 'What colour does she want on the cover?')).not.toContain('zqcobalt')
  expect(await type('verify')).toMatch(/event/)
  const left = readdirSync(company.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => /zqvidal|zqwalnuts|zqcobalt|zqdraft/i.test(readFileSync(path, 'latin1')))
  expect(left).toEqual([])
})

test('what a later file says otherwise than the operator is shown as in dispute, and taken by what the desk says to type', async () => {
  company = await companyWithReaders()
  const file = (city: string) => write('list.csv', `email,name,city\nrosa@studio.example,Rosa,${city}\n`)
  await type('identity', 'import', file('Praha'))
  await type('identity', 'fact', 'rosa@studio.example', 'city', 'Brno')
  const again = await type('identity', 'import', file('Cheb'))
  const [, show = ''] = /Rosa: you said otherwise of city, and yours stands\. Next: soloist (.*)/.exec(again) ?? []
  const shown = await type(...show.split(' '))
  expect(shown).toMatch(/city +Brno \(event \d+\) +Cheb \(event \d+\) +the newer is in dispute with what you said/)
  const [, say = ''] = /with 'soloist (.*) <value>'/.exec(shown) ?? []
  await type(...say.split(' '), 'Cheb')
  expect(await type(...show.split(' '))).not.toContain('Do not agree')
  expect(await type('identity', 'history', 'rosa@studio.example', 'city')).toMatch(/Cheb +operator.*Cheb +external/s)
})

test('what an issue read is found where it lives, and what is proposed is weighed, put in force and taken back', async () => {
  company = await companyWithReaders()
  await startLetter(company)
  await type('decide', (await openGate(company)).id, '--approve')
  const pointers = await type('identity', 'pointers', 'audience:readers', '--check')
  expect(pointers).toMatch(/ptr_\w+ .*(unchanged|unchecked) since/)
  const [row = ''] = pointers.split('\n').filter((line) => line.includes('unchanged'))
  expect((await type('identity', 'open', idIn(row, 'ptr'))).length).toBeGreaterThan(20)
  const gone = await company.type(['identity', 'open', 'ptr_0000000000', '--company', company.folder])
  expect([gone.code, gone.err]).toEqual([4, expect.stringContaining('Next: ')])

  const rule = (what: string) => `---\nkind: rule\ntitle: Sources\nalways: ${what}\n---\n`
  const draft = write('draft.md', rule('name the source of a number'))
  const first = idIn(await type('knowledge', 'propose', 'sources.md', draft, '--why', 'Readers asked'), 'prp')
  expect(await type('inbox')).toContain('Proposed to be known: 1 (soloist knowledge proposals)')
  expect(await type('knowledge', 'proposals')).toContain('Readers asked')
  expect(await type('knowledge', 'diff', first)).toContain('name the source of a number')
  expect(await type('knowledge', 'accept', first)).toContain('it is in force')
  expect(await type('knowledge', 'list', '--kind', 'rule')).toContain('sources.md')
  write('draft.md', rule('link the source of a number'))
  const second = idIn(await type('knowledge', 'propose', 'sources.md', draft, '--why', 'Links break'), 'prp')
  expect(await type('knowledge', 'refuse', second, '--why', 'They do')).toContain('Refused')
  expect(await type('inbox')).toBe('Nothing waits for you.\n')
  write('knowledge/sources.md', rule('name two sources of a number'))
  expect(await type('knowledge', 'check')).toContain('All is well')
  expect(await type('knowledge', 'history', 'sources.md')).toMatch(/v2 .*in force/)
  expect(await type('knowledge', 'diff', 'sources.md', '1', '2')).toContain('name two sources')
  expect(await type('knowledge', 'restore', 'sources.md', '--version', '1')).toContain('again')
  expect(await type('knowledge', 'show', 'sources.md')).toContain('name the source of a number')
  write('knowledge/sources.md', '---\nkind: rul\n---\n')
  const wrong = await company.type(['knowledge', 'check', '--company', company.folder])
  expect([wrong.code, wrong.out]).toEqual([1, expect.stringContaining('Next: ')])
})
