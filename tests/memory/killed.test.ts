import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { openWorkingMemory } from '../../src/memory/open-working.ts'
import { systemClock } from '../../src/store/clock.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { openVault } from '../../src/store/vault.ts'
import { openJournal } from '../../src/telemetry/journal.ts'
import type { RunId } from '../../src/values/id.ts'
import { tempFolder } from '../store/open-store.ts'

const run = 'run_one' as RunId
const enough = 40

/** Has a process of its own keep things in mind, kills it, and gives the last that it had said was kept. */
async function killWhileKeeping(path: string): Promise<number> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'mind-process.ts'), path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let last = -1
  for await (const line of createInterface(child.stdout)) {
    last = Number(line)
    if (last >= enough) break
  }
  child.kill('SIGKILL')
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return last
}

test('what a run had in mind is there again after its process was killed', async () => {
  const path = join(tempFolder(), 'company.db')
  const last = await killWhileKeeping(path)
  const store = openSqlite(path)
  const clock = systemClock()
  const journal = openJournal(store, await openVault(store, Buffer.alloc(32, 7), clock), clock)
  const memory = openWorkingMemory({ store, journal, clock })
  await memory.load(run)
  const keys = memory.keys(run)
  expect(keys.length).toBeGreaterThan(last)
  expect(keys).toEqual(keys.map((_key, index) => `key ${index}`))
  expect(memory.get(run, `key ${last}`)).toMatchObject({ value: last, origin: 'system' })
  memory.close()
  await store.close()
})
