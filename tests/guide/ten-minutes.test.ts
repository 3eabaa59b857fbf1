import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { playGuide } from '../../scripts/guide/play.ts'
import { pattern, readGuide } from '../../scripts/guide/read.ts'

const root = join(import.meta.dirname, '../..')
const guide = readFileSync(join(root, 'docs/guide/ten-minutes.md'), 'utf8')
const command = `'${process.execPath}' '${join(root, 'bin/soloist.js')}'`

const play = (markdown: string): Promise<void> => playGuide(markdown, command, () => undefined)

test('whoever does what the ten-minute guide says gets what it shows', async () => {
  await play(guide)
}, 180_000)

test('a guide that shows something else than what is printed is found, with its line', async () => {
  const wrong = '# Guide\n\n```console\n$ echo one; echo two\none\nthree\n```\n'
  await expect(play(wrong)).rejects.toThrow(/line 3: "echo one; echo two" prints otherwise.*three.*two/s)
})

test('a change of lines that are not in the file is found', async () => {
  const wrong = '```txt file=a.txt\none\n```\n\n```diff file=a.txt\n-two\n+three\n```\n'
  await expect(play(wrong)).rejects.toThrow('a.txt does not have these lines once')
})

test('commands share a folder and their variables, files are written and changed where they are', async () => {
  await play(
    [
      '```console\n$ mkdir inner\n$ cd inner\n$ export WORD=hello\n```',
      '```txt file=a.txt\none\ntwo\n```',
      '```diff file=a.txt\n-one\n+uno\n```',
      '```console\n$ cat a.txt; echo $WORD\nuno\ntwo\nhello\n```',
    ].join('\n\n'),
  )
})

test('what varies is three dots: within a line, or lines', () => {
  expect(pattern(['Run run_… of x', '…', 'done']).test('Run run_1 of x\n  start\n  end\ndone\n')).toBe(true)
  expect(pattern(['Run run_… of x', '…', 'done']).test('Run run_1 of x\ndone\n')).toBe(true)
  expect(pattern(['Run run_… of x', 'done']).test('Run run_1 of x\n  start\ndone\n')).toBe(false)
  expect(pattern(['a (b)']).test('a b\n')).toBe(false)
})

test('the guide plays every kind of block, so that none is forgotten', () => {
  const kinds = new Set(readGuide(guide).map((block) => block.kind))
  expect([...kinds].sort()).toEqual(['console', 'diff', 'file', 'install'])
})
