import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { port } from '../../src/adapters/index.ts'
import { readSkills } from '../../src/agents/read-skills.ts'
import type { AnyDoer } from '../../src/values/doer.ts'
import { Refusal } from '../../src/values/fault.ts'
import { shop } from '../executor/shop.ts'
import { good, offers, openSkilled, type Skilled, skilled, skillText, tempFolder, writeSkill } from './skilled.ts'

let company: Skilled | undefined
afterEach(async () => {
  await company?.close()
  company = undefined
})

const doers = new Map<string, AnyDoer>(Object.values(shop.actions).map((one) => [one.name, one]))
const read = (folder: string, by = skilled(['house-offers'])) => readSkills(by, join(folder, 'skills'), doers)
const faultOf = async (asked: Promise<unknown>) => {
  const error = await asked.then(
    () => undefined,
    (caught: unknown) => caught,
  )
  if (error !== undefined && !(error instanceof Refusal)) throw error
  return error?.fault
}
const withFiles = (files: Readonly<Record<string, string>>): string => {
  const folder = tempFolder()
  writeSkill(folder, 'house-offers', files)
  return folder
}

test('a company with a skill that is not there does not open, and says where it belongs', async () => {
  const folder = tempFolder()
  const found = await faultOf(openSkilled(folder, skilled(['house-offers']), [good]))
  const path = join(folder, 'skills/house-offers/SKILL.md')
  expect(found).toMatchObject({ code: 'skill.missing', about: { agent: 'writer', skill: 'house-offers', path } })
})

test.each(['../agents', 'House', 'a/b', '.', '', 'a--b'])('%j is no name of a skill', async (name) => {
  expect(await faultOf(read(withFiles(offers), skilled([name])))).toMatchObject({ code: 'skill.missing' })
})

test('a folder without SKILL.md, and a file in its place, are no skill', async () => {
  expect(await faultOf(read(withFiles({ 'more.md': 'x' })))).toMatchObject({ code: 'skill.missing' })
  const folder = tempFolder()
  mkdirSync(join(folder, 'skills'))
  writeFileSync(join(folder, 'skills/house-offers'), 'x')
  expect(await faultOf(read(folder))).toMatchObject({ code: 'skill.missing' })
})

test('a skill is called as its folder is', async () => {
  const folder = withFiles({ 'SKILL.md': skillText('other', '', 'Do it.') })
  expect(await faultOf(read(folder))).toMatchObject({
    code: 'skill.invalid',
    next: 'Write "name: house-offers", as its folder is called.',
  })
})

test('a skill that declares what its agent may not use is refused: through a skill nobody gets a capability', async () => {
  const folder = withFiles({ 'SKILL.md': skillText('house-offers', 'shop.look shop.refund', 'Refund.') })
  expect(await faultOf(read(folder))).toMatchObject({
    code: 'skill.forbidden',
    about: { skill: 'house-offers', action: 'shop.refund', agent: 'writer' },
  })
})

test('a skill that declares what nobody here does is refused, with what was probably meant', async () => {
  const folder = withFiles({ 'SKILL.md': skillText('house-offers', 'Bash(git:*) shop.lok', 'Look.') })
  expect(await faultOf(read(folder))).toMatchObject({
    code: 'skill.invalid',
    about: { why: expect.stringContaining('Bash(git:*)') },
  })
  const near = withFiles({ 'SKILL.md': skillText('house-offers', 'shop.lok', 'Look.') })
  expect((await faultOf(read(near)))?.message).toMatch(/name shop\.lok, which nobody here does\. .*shop\.look/)
})

test.each(['more.md', 'deep/more.md', 'out'])('a link at %s is refused, wherever it leads', async (path) => {
  const folder = withFiles({ ...offers, 'deep/other.md': 'x' })
  writeFileSync(join(folder, 'secret.md'), 'secret')
  symlinkSync(path === 'out' ? folder : join(folder, 'secret.md'), join(folder, 'skills/house-offers', path))
  expect(await faultOf(read(folder))).toMatchObject({ code: 'skill.invalid', about: { why: `${path} is a link` } })
})

test('a skill whose folder is a link is refused', async () => {
  const folder = withFiles(offers)
  symlinkSync(join(folder, 'skills/house-offers'), join(folder, 'skills/alias'))
  expect(await faultOf(read(folder, skilled(['alias'])))).toMatchObject({
    code: 'skill.invalid',
    about: { why: 'its folder is a link' },
  })
})

test.each([
  [
    'too many files',
    Object.fromEntries(Array.from({ length: 64 }, (_, at) => [`f${at}.md`, 'x'])),
    'more than 64 files',
  ],
  ['folders too deep', { 'a/b/c/d/e/f.md': 'x' }, 'too deep'],
  [
    'too many hidden files',
    Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`.f${at}`, 'x'])),
    'more than 64 files',
  ],
  ['too many bytes', { 'a.md': 'x'.repeat(200_000), 'b.md': 'x'.repeat(70_000) }, '256 KiB'],
  ['one file of too many bytes', { 'a.md': 'x'.repeat(300_000) }, '256 KiB'],
  ['no text', { 'logo.png': '\u0089PNG\0' }, 'logo.png is no plain text'],
  ['a name of two lines', { 'a\nb.md': 'a' }, 'a b.md has a name that cannot be seen whole'],
  ['a name that turns around', { 'a\u202Eb.md': 'a' }, 'ab.md has a name that cannot be seen whole'],
  ['text that turns around', { 'a.md': 'a\u202Eb' }, 'a.md is no plain text'],
  ['text in tags that nobody sees', { 'a.md': `a${String.fromCodePoint(0xe0041)}` }, 'a.md is no plain text'],
])('a skill with %s is refused', async (_what, files, why) => {
  expect(await faultOf(read(withFiles({ ...offers, ...files })))).toMatchObject({
    code: 'skill.invalid',
    about: { why: expect.stringContaining(why) },
  })
})

test('bytes that are no UTF-8 are refused', async () => {
  const folder = withFiles(offers)
  writeFileSync(join(folder, 'skills/house-offers/a.md'), Buffer.from([0x61, 0xff]))
  expect(await faultOf(read(folder))).toMatchObject({ code: 'skill.invalid' })
})

test('more skills than anybody reads are refused', async () => {
  const many = skilled(Array.from({ length: 21 }, (_, at) => `s${at}`))
  expect(await faultOf(read(tempFolder(), many))).toMatchObject({ code: 'input.too-large' })
})

test('an agent that is code has no skills', async () => {
  const folder = withFiles(offers)
  expect(await faultOf(read(folder, skilled(['house-offers'], 1, { run: './writer.ts' })))).toMatchObject({
    code: 'skill.invalid',
    about: { why: 'writer is code, and code opens no skills' },
  })
})

test('an action that is called as a tool of skills keeps its agent from having any', async () => {
  const odd = port('skill', { open: { ...shop.actions.look } })
  const by = skilled(['house-offers'], 1, { allow: [odd.open] })
  expect(await faultOf(read(withFiles(offers), by))).toMatchObject({
    code: 'skill.invalid',
    about: { why: expect.stringContaining('skill.open') },
  })
})

test('the hash is that of the text, whatever the line ends and whatever is hidden; any other change makes another', async () => {
  const hashOf = async (files: Readonly<Record<string, string>>) => (await read(withFiles(files)))[0]?.hash
  const known = await hashOf(offers)
  expect(known).toMatch(/^[0-9a-f]{64}$/)
  const text = offers['SKILL.md']
  const dos = Object.fromEntries(Object.entries(offers).map(([path, one]) => [path, one.replaceAll('\n', '\r\n')]))
  expect(await hashOf(dos)).toBe(known)
  expect(await hashOf({ 'prices.md': offers['prices.md'], '.DS_Store': '\0', 'SKILL.md': `\uFEFF${text}` })).toBe(known)
  const others: Readonly<Record<string, string>>[] = [
    { ...offers, 'prices.md': 'Tea: 4.' },
    { ...offers, 'more.md': '' },
    { 'SKILL.md': text, 'price.md': offers['prices.md'] },
    { 'SKILL.md': text },
    { ...offers, 'SKILL.md': text.replace('Look', 'look') },
    { ...offers, 'SKILL.md': text.replace('shop.look ', '') },
    { ...offers, 'SKILL.md': text.replace('good for.', 'good for') },
    { ...offers, 'SKILL.md': text.replace('description', 'license: MIT\ndescription') },
  ]
  const hashes = await Promise.all(others.map(hashOf))
  expect(new Set([known, ...hashes]).size).toBe(others.length + 1)
})
