import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

// Chance and time are part of what it books: after a crash both must be what they were.
const code = `
export const run = async ({ text }, { model, act, log }) => {
  const { output } = await model({ ask: 'Say it better.', data: { text } })
  const draw = Math.floor(Math.random() * 1e6)
  const began = Date.now()
  const one = await act('ledger.book', { text: output + draw })
  const more = await Promise.all(['two', 'three'].map((each) => act('ledger.book', { text: each })))
  if (Date.now() !== began) throw new Error('time has passed')
  log('drew', draw)
  return { made: [one, ...more].map(({ text }) => text.replace(/\\d+/, 'N')) }
}
`
const made = ['booked better teaN', 'booked two', 'booked three']

test('a company killed at any commit goes on with its code where it was: each thing is booked once, and all are', {
  timeout: 240_000,
}, async () => {
  const folder = newFolder()
  expect(await live(folder, {})).toEqual({ state: 'done', output: { made } })
  const every = process.env.PROOF === '1' ? 1 : 8
  let killed = 0
  for (let at = 3; at < 40; at += every) {
    const other = newFolder()
    const first = await live(other, { SOLOIST_CRASH: `after:commit:${at}` })
    if (first === 'SIGKILL') killed += 1
    expect(await live(other, {}), `${at}`).toEqual({ state: 'done', output: { made } })
    expect(booked(other)).toHaveLength(3)
    if (first !== 'SIGKILL') break
  }
  expect(killed).toBeGreaterThanOrEqual(2)
})

function booked(folder: string): string[] {
  return readFileSync(join(folder, 'provider.log'), 'utf8').trim().split('\n')
}

function newFolder(): string {
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'soloist-coded-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'agents'))
  writeFileSync(join(folder, 'agents', 'clerk.md'), 'Be polite.')
  writeFileSync(join(folder, 'agents', 'clerk.ts'), code)
  return folder
}

/** Lives the company's life, or as much of it as it is given; says how it ended. */
function live(folder: string, env: Record<string, string>): Promise<unknown> {
  const program = join(import.meta.dirname, 'coded-process.ts')
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [program, folder], { env: { ...process.env, ...env } }, (error, out, said) => {
      if (error?.signal) resolve(error.signal)
      else if (error || said !== '') reject(new Error(`${error?.message} ${said}`))
      else resolve(JSON.parse(out))
    })
  })
}
