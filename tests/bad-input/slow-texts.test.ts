import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listDocuments, readDocument } from '../../src/adapters/documents/read.ts'
import { parseDate } from '../../src/adapters/feeds/date.ts'
import { missedAnswer } from '../../src/agents/sighting.ts'
import { readKnowledge } from '../../src/memory/knowledge/read.ts'
import { sectionsOf } from '../../src/memory/sections.ts'
import { plainText } from '../../src/models/offline/sentence.ts'
import { nearest } from '../../src/values/nearest.ts'

// Each is read in some milliseconds, or else in more than ten seconds: one thread serves the whole company.
const most = 5000

async function titleOf(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'soloist-slow-'))
  try {
    await writeFile(join(folder, 'a.md'), text)
    const { documents } = await listDocuments(folder, undefined, 10)
    expect(documents).toHaveLength(1)
    return (await readDocument(folder, 'a.md')).title
  } finally {
    await rm(folder, { recursive: true })
  }
}

const blanks = ' \t'.repeat(50_000)
const template = '---\nkind: template\ntitle: Thanks\nvariables: [name]\n---\n'

test.each<readonly [string, () => unknown]>([
  ['the title of a document whose heading is blanks', () => titleOf(`# a${' '.repeat(3000)}b`)],
  ['the title of a document of rules', () => titleOf('---\n'.repeat(100_000))],
  ['a heading of blanks', () => sectionsOf(`# a${blanks}b`)],
  ['a variable of blanks', () => readKnowledge(`${template}{{name}} {{${'\t'.repeat(6000)}`)],
  ['a date that never ends', () => parseDate(`10:00 ${'Z ('.repeat(300_000)}x`)],
  ['styles that are opened and never closed', () => plainText('<style '.repeat(60_000))],
  ['an answer of question marks', () => missedAnswer(`x${'?'.repeat(150_000)}x`)],
  [
    'a name as long as a book',
    () => nearest('x'.repeat(1_000_000), new Set(Array.from({ length: 20 }, (_, n) => `mail.send-${n}`))),
  ],
])('%s is read at once', async (_what, read) => void (await read()), most)

test('a title is read as it was', async () => {
  expect(await titleOf('Text\n\n##  Two words ##  \n# Another')).toBe('Two words')
  expect(await titleOf('---\nkind: x\ntitle: "Of the head" \n---\n# Of the body')).toBe('Of the head')
  expect(await titleOf('no heading')).toBe('a')
})

test('scripts and styles are no text, closed or not', () => {
  expect(plainText('a<script src=x>if (a<b) {}</script >b<STYLE>p{}</style>c<style>d')).toBe('a b c')
  expect(plainText('a <styled>b</styled> <style')).toBe('a b <style')
})
