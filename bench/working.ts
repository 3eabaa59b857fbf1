import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openWorkingMemory } from '../src/memory/open-working.ts'
import { systemClock } from '../src/store/clock.ts'
import { openSqlite } from '../src/store/sqlite.ts'
import { openVault } from '../src/store/vault.ts'
import { openJournal } from '../src/telemetry/journal.ts'
import type { IdentityId, RunId } from '../src/values/id.ts'
import { quantile, report } from './measure.ts'

// Working memory of 64 runs, each as full as it may be: reads in process, and what it takes to have a run's memory back from the journal.
const runs = 64
const entries = 256
const reads = 200_000
const value = { text: 'x'.repeat(900) }

const folder = mkdtempSync(join(tmpdir(), 'soloist-working-'))
const store = openSqlite(join(folder, 'company.db'))
const clock = systemClock()
const journal = openJournal(store, await openVault(store, Buffer.alloc(32, 7), clock), clock)
const memory = openWorkingMemory({ store, journal, clock })
const names = Array.from({ length: runs }, (_none, index) => `run_${index}` as RunId)

for (const run of names) {
  await memory.load(run)
  await Promise.all(Array.from({ length: entries }, (_none, index) => keep(run, `key ${index}`)))
}

const micros: number[] = []
for (let count = 0; count < reads; count += 1) {
  const run = names[(count * 7) % runs] as RunId
  const key = `key ${(count * 13) % entries}`
  const from = performance.now()
  const found = memory.get(run, key)
  micros.push((performance.now() - from) * 1000)
  if (found === undefined) throw new Error(`${key} of ${run} is not there`)
}
report({ name: 'working memory: get, median', value: quantile(micros, 0.5), unit: 'µs' })
report({ name: 'working memory: get, p99', value: quantile(micros, 0.99), unit: 'µs', goal: 'under 50' })

const again = openWorkingMemory({ store, journal, clock })
const millis: number[] = []
for (const run of names) {
  const from = performance.now()
  await again.load(run)
  millis.push(performance.now() - from)
}
report({ name: 'working memory: a full run back from the journal, p95', value: quantile(millis, 0.95), unit: 'ms' })

again.close()
memory.close()
await store.close()
rmSync(folder, { recursive: true })

function keep(run: RunId, key: string): Promise<void> {
  return store.write((tx) => memory.put(tx, { run, subject: 'idn_ana' as IdentityId, origin: 'system', key, value }))
}
