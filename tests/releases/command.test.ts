import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { soloist } from '../../src/cli/soloist.ts'
import type { World } from '../../src/cli/world.ts'
import { flows, lived, openIn, type ReleaseCompany, writer } from './company.ts'

let company: ReleaseCompany
afterEach(() => company?.close())

async function open() {
  company = await openIn(await lived([writer(3), writer(4)]), { workflows: flows(writer(4)) })
  writeFileSync(join(company.os.folder, 'soloist.config.ts'), '')
}

async function type(...argv: readonly string[]) {
  const out: string[] = []
  const err: string[] = []
  const world = {
    argv,
    cwd: company.os.folder,
    timeZone: 'UTC',
    version: '0.0.0',
    out: (line: string) => out.push(line),
    err: (line: string) => err.push(line),
    open: async () => ({ ...company.os, close: async () => undefined }),
  } as unknown as World
  return { code: await soloist(world), out: out.join('\n'), err: err.join('\n') }
}

test('a release is set, shown, withdrawn and undone at the command line', async () => {
  await open()
  const set = await type('release', 'set', 'writer', '3=90', '4=10', '--why', 'a look')
  expect(set.code).toBe(0)
  expect(set.out.split('\n').map((line) => line.replace(/[0-9a-f]{12}/, 'HASH'))).toEqual([
    'writer',
    '  VERSION  HASH          NEW RUNS',
    '  v4       HASH  10 %      in the folder',
    '  v3       HASH  90 %',
    '',
    'Releases',
    '  WHEN              WHAT              BY        WHY',
    '  2026-03-13 09:00  v3 90 %, v4 10 %  operator  a look',
  ])
  const gone = await type('release', 'withdraw', 'writer', '4', '--why', 'it lies')
  expect(gone.out).toContain('No run that is at work is pinned to it.')
  expect(gone.out).toContain('withdrawn')
  expect((await type('release', 'undo', 'writer', '--why', 'it does not')).out).toContain('back to v3 90 %, v4 10 %')
  expect((await type('release', 'set', 'writer', 'code', '--why', 'as before')).out).toContain(
    '100 %     in the folder',
  )
  const shown = JSON.parse((await type('release', 'show', 'writer', '--json')).out)
  expect(shown.history).toHaveLength(4)
})

test('shares that cannot stand are code 2, and nothing is released', async () => {
  await open()
  expect((await type('release', 'set', 'writer', '3:90', '--why', 'x')).code).toBe(2)
  const wrong = await type('release', 'set', 'writer', '3=90', '--why', 'x')
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('they sum to 90 %')])
  expect((await type('release', 'show', 'nobody')).code).toBe(4)
  expect((await type('release', 'set', 'writer', '3=100')).code).toBe(2)
  expect(JSON.parse((await type('release', 'show', 'writer', '--json')).out).history).toEqual([])
})

test('agents are listed, shown in any version, and compared', async () => {
  await open()
  expect((await type('agent', 'list')).out).toBe(
    'AGENT   IN THE FOLDER  VERSIONS  NEW RUNS\nwriter  v4             2         v4 100 %',
  )
  const three = await type('agent', 'show', 'writer', '--version', '3')
  expect(three.out).toContain('Agent  writer v3')
  expect(three.out).toContain('Speak as v3.')
  const diff = await type('agent', 'diff', 'writer', '3', '4')
  expect(diff.out).toContain('instructions\n  - Speak as v3.\n  + Speak as v4.')
})

test('a run is put on another version, and works on', async () => {
  await open()
  const run = await company.run('twice')
  await type('release', 'withdraw', 'writer', '4', '--why', 'it lies')
  const [look] = await company.gates()
  const decided = await type('decide', look!.id, '--approve')
  expect(decided.err).toContain('was withdrawn: it lies')
  const moved = await type('release', 'move', run, 'writer', '3', '--why', 'safer')
  expect(moved.out).toMatch(/^Begins anew: tsk_\w+$/)
  expect(moved.code).toBe(0)
  expect(moved.err).toContain('is done')
})
