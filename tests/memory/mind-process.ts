import { openWorkingMemory } from '../../src/memory/open-working.ts'
import { systemClock } from '../../src/store/clock.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { openVault } from '../../src/store/vault.ts'
import { openJournal } from '../../src/telemetry/journal.ts'
import type { IdentityId, RunId } from '../../src/values/id.ts'

// A process that keeps one thing after the other in mind, and says so once each is committed: `node mind-process.ts STORE`. It goes on
// until it is killed.
const store = openSqlite(process.argv[2] ?? '')
const clock = systemClock()
const journal = openJournal(store, await openVault(store, Buffer.alloc(32, 7), clock), clock)
const memory = openWorkingMemory({ store, journal, clock })
const run = 'run_one' as RunId
await memory.load(run)
for (let count = 0; ; count += 1) {
  await store.write((tx) =>
    memory.put(tx, { run, subject: 'idn_ana' as IdentityId, origin: 'system', key: `key ${count}`, value: count }),
  )
  process.stdout.write(`${count}\n`)
}
