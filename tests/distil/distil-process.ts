import { join } from 'node:path'
import { openIdentities } from '../../src/identity/identities.ts'
import { openBacklog } from '../../src/memory/distil/backlog.ts'
import { openDistil } from '../../src/memory/distil.ts'
import { systemClock } from '../../src/store/clock.ts'
import { crashPoints } from '../../src/store/crash-points.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { openVault } from '../../src/store/vault.ts'
import { openJournal } from '../../src/telemetry/journal.ts'
import { randomIds } from '../../src/values/id.ts'
import { instant } from '../../src/values/time.ts'

// A process that has the company in a folder: `node distil-process.ts FOLDER fill|distil`. It takes in some history, or distils all of
// it, and leaves with 0, unless SOLOIST_CRASH ends it earlier.
const [folder = '', what = 'distil'] = process.argv.slice(2)
const clock = systemClock()
const crash = crashPoints(process.env)
const store = openSqlite(join(folder, 'company.db'), crash ? { crash } : {})
const vault = await openVault(store, new Uint8Array(32).fill(7), clock)
const journal = openJournal(store, vault, clock)
const foundation = { store, journal, clock, ids: randomIds(clock.now), vault }
const identities = openIdentities(foundation)

const lines = (index: number): string =>
  [
    'I am vegan.',
    `My phone number is 602 000 ${100 + index}.`,
    `I'll send the ${['contract', 'draft', 'cover'][index % 3]} by Friday.`,
    `The price is EUR ${index}.`,
    'Nothing more about the festival today, it was good.',
  ][index % 5] ?? ''

async function fill(): Promise<void> {
  for (const name of ['Ana', 'Bo']) {
    await store.write(async (tx) => {
      const identity = await identities.create(tx, { kind: 'person', name, origin: 'operator' })
      for (let index = 0; index < 450; index += 1) {
        const by = index % 3 === 0 ? 'us' : 'them'
        const said = { identity, channel: 'mail', by, text: lines(index), origin: 'external' } as const
        await identities.interactions.record(tx, { ...said, at: instant(Date.UTC(2026, 0, 1) + index * 3_600_000) })
      }
    })
  }
}

async function distilEverything(): Promise<void> {
  const backlog = openBacklog(store)
  const distil = openDistil(foundation, backlog, 'UTC')
  for (;;) {
    const first = await backlog.first()
    if (!first) return
    const { identity, of, after } = first
    const stretch = await distil.read({ identity, of, after, before: instant(8e15) })
    if (!stretch) return
    await distil.keep(distil.lesson(stretch, await distil.progress(identity), distil.extract(stretch)), {
      by: 'extract',
    })
  }
}

await (what === 'fill' ? fill() : distilEverything())
await store.close()
