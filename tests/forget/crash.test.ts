import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import type { IdentityId } from '../../src/values/id.ts'
import { found, newCompany, openIn, person, startUntilGate } from './company.ts'

const full = Boolean(process.env.PROOF)
const program = join(import.meta.dirname, 'forget-process.ts')
const note = { who: 'zqanarosa@example.org', title: 'On zqtopicofall', text: 'Dear zqnameofall' }
const texts = ['zqanarosa', 'zqtopicofall', 'zqnameofall']

/** A company with one letter sent and one that waits, and a copy of the store from before a migration, closed. */
async function planted(): Promise<{ folder: string; id: IdentityId }> {
  const ana = await newCompany()
  const { os, folder } = ana
  const id = await person(ana, 'Ana zqnameofall', note.who)
  const { gate } = await startUntilGate(ana, 'letter', note)
  await os.decide(gate, { verdict: 'approved' })
  await os.idle()
  await startUntilGate(ana, 'letter', note)
  await os.memory.passages.catchUp()
  await os.close()
  return { folder, id }
}

async function forgetIn(folder: string, id: string, env: Record<string, string>, dieAt = 0): Promise<number | string> {
  const cache = join(tmpdir(), 'soloist-compile-cache')
  const child = spawn(process.execPath, [program, folder, id, String(dieAt)], {
    env: { ...process.env, NODE_COMPILE_CACHE: cache, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code, signal] = await once(child, 'close')
  return signal ?? code
}

/** Opens what is left, as the next start does: all is there, or nothing. */
async function checkWhole(folder: string, id: IdentityId, label: string): Promise<'forgotten' | 'known'> {
  const { os } = await openIn(folder)
  const row = await os.store.read.selectFrom('identities').select('name').where('id', '=', id).executeTakeFirstOrThrow()
  await os.verify()
  if (row.name !== null) {
    expect(readdirSync(join(folder, 'outbox')), label).toHaveLength(1)
    await os.forget(id, { dryRun: false, cancelRuns: true })
  }
  expect(found([folder], texts), label).toEqual([])
  expect(readFileSync(join(folder, '.soloist/forgotten.jsonl'), 'utf8'), label).toContain(id)
  expect(await os.store.read.selectFrom('meta').select('name').where('name', '=', 'forgetting').execute()).toEqual([])
  await os.idle()
  await os.close()
  expect(found([dirname(folder)], texts), label).toEqual([])
  return row.name === null ? 'forgotten' : 'known'
}

test('killed at any commit and any call of an adapter, the next start finds nothing begun or ends it whole', {
  timeout: 3_600_000,
}, async () => {
  const first = await planted()
  const count = join(first.folder, '../count')
  expect(await forgetIn(first.folder, first.id, { SOLOIST_CRASH_COUNT: count })).toBe(0)
  const { commit } = JSON.parse(readFileSync(count, 'utf8')) as { commit: number }
  expect(await checkWhole(first.folder, first.id, 'unharmed')).toBe('forgotten')
  // The last are those of the forgetting itself; the others open the company.
  const last = full ? Array.from({ length: commit }, (_, index) => index + 1) : [commit, commit - 2, commit - 4]
  const moments = last.flatMap((nth) => (full ? ['before', 'after'] : ['after']).map((side) => `${side}:commit:${nth}`))
  const outcomes = new Set<string>()
  for (const moment of moments) {
    const { folder, id } = await planted()
    expect(await forgetIn(folder, id, { SOLOIST_CRASH: moment }), moment).toBe('SIGKILL')
    outcomes.add(await checkWhole(folder, id, moment))
  }
  for (const call of full ? [1, 2] : [2]) {
    const { folder, id } = await planted()
    expect(await forgetIn(folder, id, {}, call)).toBe('SIGKILL')
    expect(await checkWhole(folder, id, `call ${call}`)).toBe('forgotten')
  }
  expect([...outcomes].sort()).toEqual(['forgotten', 'known'])
})
