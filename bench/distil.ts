import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openIdentities } from '../src/identity/identities.ts'
import { openBacklog } from '../src/memory/distil/backlog.ts'
import { type Distil, openDistil } from '../src/memory/distil.ts'
import { systemClock } from '../src/store/clock.ts'
import { openSqlite } from '../src/store/sqlite.ts'
import { openVault } from '../src/store/vault.ts'
import { openJournal } from '../src/telemetry/journal.ts'
import { type IdentityId, randomIds } from '../src/values/id.ts'
import { instant } from '../src/values/time.ts'
import { quantile, report } from './measure.ts'

// How fast old history is made short, without a model, and how much of it is kept:
// `node bench/distil.ts [--interactions 20000] [--identities 40]`. The letters are generated and say something in one sentence of six.

const small = [
  'Thank you for the last issue, the photographs came out well.',
  'The weather kept us inside, so that the workshop is nearly ready.',
  'There is a new reader group in the library, they meet on the first floor.',
  'The paper from the mill arrived, and the colour is what we had hoped for.',
  'Could you tell me more about the spring festival?',
  'He said I am allergic to work, which is not quite fair.',
]
const telling = [
  (n: number) => `I am allergic to ${['peanuts', 'sesame', 'shellfish', 'latex'][n % 4]}.`,
  (n: number) => `My phone number is 602 ${String(100 + (n % 900))} 111.`,
  (n: number) => `We prefer ${['short mails', 'invoices by post', 'calls in the morning'][n % 3]}.`,
  (n: number) => `The price of the print run is EUR ${200 + (n % 50)}.`,
  (n: number) => `I'll send the ${['contract', 'draft', 'cover', 'proofs'][n % 4]} by Friday.`,
]

function letter(index: number): string {
  const sentences = Array.from({ length: 6 }, (_, place) => small[(index * 7 + place * 5) % small.length])
  sentences[index % 6] = telling[index % telling.length]?.(index)
  return sentences.join(' ')
}

async function fill(company: Company, count: number, many: number): Promise<number> {
  const { store, identities } = company
  const ids: IdentityId[] = []
  await store.write(async (tx) => {
    for (let index = 0; index < many; index += 1)
      ids.push(await identities.create(tx, { kind: 'person', name: `Reader ${index}`, origin: 'operator' }))
  })
  let characters = 0
  for (let start = 0; start < count; start += 500) {
    await store.write(async (tx) => {
      for (let index = start; index < Math.min(start + 500, count); index += 1) {
        const text = letter(index)
        characters += text.length
        const by = index % 3 === 0 ? 'us' : 'them'
        const said = { identity: ids[index % many]!, channel: 'mail', by, text, origin: 'external' } as const
        await identities.interactions.record(tx, { ...said, at: instant(index * 60_000) })
      }
    })
  }
  return characters
}

interface Company {
  readonly store: ReturnType<typeof openSqlite>
  readonly identities: ReturnType<typeof openIdentities>
}

async function distilAll(backlog: ReturnType<typeof openBacklog>, distil: Distil): Promise<number[]> {
  const stretches: number[] = []
  for (;;) {
    const began = performance.now()
    const first = await backlog.first()
    if (!first) return stretches
    const { identity, of, after } = first
    const stretch = await distil.read({ identity, of, after, before: instant(8e15) })
    if (!stretch) return stretches
    const lesson = distil.lesson(stretch, await distil.progress(identity), distil.extract(stretch))
    await distil.keep(lesson, { by: 'extract' })
    stretches.push(performance.now() - began)
  }
}

const { values } = parseArgs({ options: { interactions: { type: 'string' }, identities: { type: 'string' } } })
const count = Number(values.interactions ?? 20_000)
const folder = mkdtempSync(join(process.env.SOLOIST_BENCH_DIR ?? tmpdir(), 'soloist-bench-'))
const clock = systemClock()
const store = openSqlite(join(folder, 'company.db'))
try {
  const vault = await openVault(store, new Uint8Array(32).fill(7), clock)
  const journal = openJournal(store, vault, clock)
  const foundation = { store, journal, clock, ids: randomIds(clock.now), vault }
  const characters = await fill(
    { store, identities: openIdentities(foundation) },
    count,
    Number(values.identities ?? 40),
  )
  const backlog = openBacklog(store)
  const cpu = process.cpuUsage()
  const began = performance.now()
  const stretches = await distilAll(backlog, openDistil(foundation, backlog, 'UTC'))
  const took = performance.now() - began
  const used = process.cpuUsage(cpu)
  const facts = await store.read.selectFrom('facts').select(['key', 'value', 'superseded_by']).execute()
  const current = facts.filter((fact) => fact.superseded_by === null)
  const size = current.reduce((sum, { key, value }) => sum + key.length + value.length, 0)
  report({ name: `distil: ${count} interactions`, value: (count * 1000) / took, unit: 'events/s' })
  report({ name: 'distil: a stretch of up to 100 events, p50', value: quantile(stretches, 0.5), unit: 'ms' })
  report({ name: 'distil: the same, p95', value: quantile(stretches, 0.95), unit: 'ms' })
  const each = (used.user + used.system) / 1000 / stretches.length
  report({ name: 'distil: processor time of a stretch', value: each, unit: 'ms' })
  report({ name: 'distil: current facts', value: current.length, unit: 'facts' })
  report({ name: 'distil: facts ever recorded', value: facts.length, unit: 'facts' })
  report({ name: 'distil: share of the characters that is kept', value: (100 * size) / characters, unit: '%' })
} finally {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
}
