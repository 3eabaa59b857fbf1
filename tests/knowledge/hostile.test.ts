import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readKnowledge } from '../../src/memory/knowledge/read.ts'
import { type Library, openLibrary, policy } from './company.ts'

let library: Library
beforeEach(async () => {
  library = await openLibrary()
})
afterEach(() => library.close())

const paths = async () => [...(await library.knowledge.current()).keys()]

/** What is wrong with a file, as `line: why`. */
const wrongWith = async (text: string): Promise<string> => {
  const reading = await readKnowledge(text)
  return reading.is === 'wrong' ? `${reading.wrong.line}: ${reading.wrong.why}` : reading.is
}

test.each([
  ['an unknown kind', 'kind: polcy\ntitle: A', '2: "polcy" is no kind of knowledge'],
  ['no kind, but nearly', 'knid: rule\ntitle: A', '1: its head says no kind'],
  ['no title', 'kind: playbook', '1: its head has no title'],
  ['an empty title', 'kind: playbook\ntitle:', '3: "title" is empty'],
  ['a key of another kind', 'kind: playbook\ntitle: A\nscope: x', '4: a playbook has no "scope": that is of a policy'],
  ['a policy of nothing', 'kind: policy\ntitle: A', '1: a policy needs a scope'],
  ['a rule that says nothing', 'kind: rule\ntitle: A', '1: a rule says what is done always, or never'],
  ['a rule of two', 'kind: rule\ntitle: A\nalways: x\nnever: y', '5: a rule is one sentence, and this is another'],
  [
    'a rule of two sentences',
    'kind: rule\ntitle: A\nnever: Lie. Do not cheat.',
    '4: a rule is one sentence, and this is more',
  ],
  ['a key twice', 'kind: rule\ntitle: A\ntitle: B', '4: Map keys must be unique'],
  ['an anchor', 'kind: playbook\ntitle: &a x', '3: anchors and tags are not understood in a head'],
  ['a tag', 'kind: playbook\ntitle: !!js/function x', '3: anchors and tags are not understood in a head'],
  ['values in values', 'kind: playbook\ntitle:\n  a: b', '3: "title" is neither a text nor a list of texts'],
  ['a control character', 'kind: playbook\ntitle: "a\\u0007b"', '3: "title" has characters that nobody sees'],
  ['a variable that is not declared', 'kind: template\ntitle: A', '5: {{name}} is not one of its variables'],
  [
    'a variable that is not used',
    'kind: template\ntitle: A\nvariables: [name, sum]',
    '4: the variable "sum" stands nowhere in the body',
  ],
  ['a list for a text', 'kind: policy\ntitle: A\nscope: [a, b]', '4: "scope" is a list'],
])('%s is wrong in a line that is named', async (_what, head, why) => {
  expect(await wrongWith(`---\n${head}\n---\nDear {{name}},\n`)).toBe(why)
})

test('a head without an end, and one that never ends, are found before they are read', async () => {
  expect(await wrongWith(`---\nkind: rule\n${'x\n'.repeat(200)}`)).toBe('1: its head has no end')
  expect(await wrongWith(`---\nkind: rule\ntitle: ${'x'.repeat(9000)}\n---\n`)).toBe('1: its head has no end')
})

test('a bomb of aliases is refused, and not unfolded', async () => {
  const levels = Array.from({ length: 12 }, (_, level) => `a${level + 1}: &a${level + 1} [${`*a${level}, `.repeat(9)}]`)
  expect(await wrongWith(`---\nkind: playbook\na0: &a0 [x]\n${levels.join('\n')}\n---\n`)).toContain('anchors and tags')
})

test('a title may be a word that YAML takes for something else', async () => {
  const reading = await readKnowledge('---\nkind: playbook\ntitle: No\nwhen: 2026-01-01\n---\n')
  expect(reading).toEqual({ is: 'knowledge', head: { kind: 'playbook', title: 'No', when: '2026-01-01' } })
})

test('a byte order mark and the line ends of Windows are no obstacle', async () => {
  library.write('prices.md', `\uFEFF${policy('80').replaceAll('\n', '\r\n')}`)
  expect((await library.knowledge.current()).get('prices.md')).toMatchObject({ title: 'Prices', body: '80' })
})

test('huge, binary and misencoded files are told, and the others are read', async () => {
  library.write('good.md', policy('80'))
  library.write('huge.md', `${policy('80')}${'x'.repeat(100_001)}`)
  library.write('binary.md', Buffer.concat([Buffer.from(policy('80')), Buffer.alloc(10)]))
  library.write('latin.md', Buffer.from(policy('Größe'), 'latin1'))
  library.write('picture.md', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0]))
  library.write('large-document.md', 'x'.repeat(3_000_000))
  expect(await paths()).toEqual(['good.md'])
  expect([...library.knowledge.wrong()].map(([path, { message }]) => [path, message])).toEqual([
    ['binary.md', 'binary.md, line 1: it is not text.'],
    ['huge.md', expect.stringContaining('huge.md, line 1: it has 1000')],
    ['latin.md', 'latin.md, line 1: it is not text in UTF-8.'],
  ])
})

test('links are not followed, neither of files nor of folders, and hidden files are not read', async () => {
  const outside = mkdtempSync(join(tmpdir(), 'soloist-outside-'))
  try {
    writeFileSync(join(outside, 'secret.md'), policy('secret'))
    symlinkSync(join(outside, 'secret.md'), join(library.folder, 'link.md'))
    symlinkSync(outside, join(library.folder, 'linked'))
    symlinkSync(library.folder, join(library.folder, 'loop'))
    library.write('.hidden.md', policy('hidden'))
    library.write('.git/x.md', policy('hidden'))
    mkdirSync(join(library.folder, 'folder.md'))
    expect(await paths()).toEqual([])
    expect(library.knowledge.wrong().size).toBe(0)
  } finally {
    rmSync(outside, { recursive: true, force: true })
  }
})

test('a folder of ten thousand files is looked at up to a limit, nothing is taken for gone, and it says so', async () => {
  library.write('aa/prices.md', policy('80'))
  expect(await paths()).toEqual(['aa/prices.md'])
  for (let index = 0; index < 10_001; index += 1) writeFileSync(join(library.folder, `z${index}.md`), 'x')
  expect(await paths()).toEqual(['aa/prices.md'])
  expect(library.knowledge.wrong().get('.')).toMatchObject({ code: 'input.too-large' })
})

test('more files of knowledge than are kept in memory stay out, and say so', async () => {
  for (let index = 0; index < 505; index += 1)
    library.write(`p${String(index).padStart(3, '0')}.md`, policy(`${index}`))
  expect(await paths()).toHaveLength(500)
  expect([...library.knowledge.wrong().keys()]).toEqual(['p500.md', 'p501.md', 'p502.md', 'p503.md', 'p504.md'])
  rmSync(join(library.folder, 'p000.md'))
  library.write('p504.md', policy('504, now'))
  expect(await paths()).toContain('p504.md')
})

test('a folder that is not there holds nothing', async () => {
  rmSync(library.folder, { recursive: true })
  expect(await paths()).toEqual([])
})

test('a folder that cannot be read is told, and what was in force still is', async () => {
  library.write('prices.md', policy('80'))
  expect(await paths()).toEqual(['prices.md'])
  renameSync(library.folder, `${library.folder}-away`)
  writeFileSync(library.folder, 'x')
  expect(await paths()).toEqual(['prices.md'])
  expect(library.knowledge.wrong().get('.')).toMatchObject({ code: 'knowledge.unreadable', retry: 'later' })
  rmSync(library.folder)
  renameSync(`${library.folder}-away`, library.folder)
  expect(await paths()).toEqual(['prices.md'])
  expect(library.knowledge.wrong().size).toBe(0)
})
