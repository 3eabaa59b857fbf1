import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { wrongLetters } from '../../scripts/demo/checks.ts'
import { starter } from './letter-company.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'soloist-demo-test-'))
  cpSync(starter, folder, { recursive: true })
  mkdirSync(join(folder, 'outbox'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

const cited = ['kettle-parts', 'year-in-repairs', 'tool-library'].map(
  (name) => `https://commons.example.org/news/${name}`,
)

function letter(to: string, links: readonly string[]): void {
  const text = `From: a@example.org\r\nTo: ${to}\r\nSubject: An issue\r\n\r\n${links.join('\r\n')}\r\n`
  writeFileSync(join(folder, 'outbox', `${to}.eml`), text)
}

test('the demo plays the newsletter through the public commands, and ends well', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/demo.ts'], {
    cwd: join(import.meta.dirname, '../..'),
    encoding: 'utf8',
  })
  expect(`${stdout}${stderr}`).toContain('6 letters went out')
  expect(status).toBe(0)
})

test("the demo's check is content with a letter for each reader that cites what is there", async () => {
  letter('ana@example.org', cited)
  expect(await wrongLetters(folder, ['ana@example.org'])).toEqual([])
})

test("the demo's check finds a reader without a letter, and a letter to somebody else", async () => {
  letter('ana@example.org', cited)
  expect(await wrongLetters(folder, ['ana@example.org', 'ben@example.org'])).toHaveLength(1)
  expect(await wrongLetters(folder, [])).toHaveLength(1)
})

test("the demo's check finds a link that no source has, and a letter that cites nothing", async () => {
  letter('ana@example.org', [...cited, 'https://evil.example.org/'])
  expect(await wrongLetters(folder, ['ana@example.org'])).toEqual([
    'https://evil.example.org/ is in no feed and no document of the company',
  ])
  letter('ana@example.org', [])
  expect(await wrongLetters(folder, ['ana@example.org'])).toHaveLength(1)
})
