import { openSnapshots } from '../src/memory/snapshots/open.ts'
import { seeded } from '../src/values/chance.ts'
import type { IdentityId } from '../src/values/id.ts'
import { instant } from '../src/values/time.ts'
import { chat, purpose } from '../tests/memory/chatter.ts'
import { openRemembering } from '../tests/memory/company.ts'
import { quantile, report } from './measure.ts'

// Snapshots of one with 1,000 interactions and of one with 100,000, in turns in one process: `npm run bench:snapshot`. Warm: the index has
// caught up and nothing happened since, but each purpose is asked for the first time, so that no finished answer serves it. Answers that
// were kept are printed apart.
const few = 1000
const many = Number(process.env['SOLOIST_BENCH_MANY'] ?? 100_000)
const fresh = 1000
const warmRounds = 300
const freshRounds = 20
const budget = 400

const random = seeded(1)
const company = await openRemembering()
const snapshots = openSnapshots({ ...company, passages: company.memory.passages, timeZone: 'UTC' })
const one = await someone('Few')
const other = await someone('Many')
let at = await chat(company, one, few, random)
at = await chat(company, other, many, random, at)
company.clock.set(at + 1)
await company.memory.passages.catchUp()

const warm = { few: [] as Took[], many: [] as Took[], hit: [] as Took[] }
for (let round = -20; round < warmRounds; round += 1) {
  const asked = purpose(random) + round
  const times = { few: await timed(one, asked), many: await timed(other, asked), hit: await timed(other, asked) }
  // The first ones read the code and the tokenizer.
  if (round >= 0) for (const name of ['few', 'many', 'hit'] as const) warm[name].push(times[name])
}
const after: Took[] = []
for (let round = 0; round < freshRounds; round += 1) {
  at = await chat(company, other, fresh, random, at)
  company.clock.set(at + 1)
  after.push(await timed(other, purpose(random)))
}
say(`${few} interactions, warm`, warm.few, 'under 10')
say(`${many} interactions, warm`, warm.many, 'p95 under 20')
say(`${many} interactions, after ${fresh} new`, after, 'p95 under 150')
say('an answer that was kept', warm.hit)
const half = (took: readonly Took[]): number =>
  quantile(
    took.map(({ clock }) => clock),
    0.5,
  )
const ratio = half(warm.many) / half(warm.few)
report({ name: `${many} : ${few} interactions, warm`, value: ratio, unit: 'times', goal: 'at most 3' })
await company.close()

async function someone(name: string): Promise<IdentityId> {
  const id = await company.person(name)
  await company.store.write(async (tx) => {
    const known = { identity: id, origin: 'operator' } as const
    const { facts, pins, commitments } = company.identities
    for (let count = 0; count < 40; count += 1)
      await facts.record(tx, { ...known, key: `fact-${count}`, value: purpose(random) })
    for (let count = 0; count < 3; count += 1) await pins.pin(tx, { ...known, key: `fact-${count}` })
    for (let count = 0; count < 10; count += 1) {
      await commitments.make(tx, {
        ...known,
        by: 'us',
        what: purpose(random),
        dueAt: instant(company.clock.now() + count),
      })
    }
  })
  return id
}

/** Milliseconds by the clock and of the processor; on a machine that others use, the second says what it costs. */
interface Took {
  readonly clock: number
  readonly processor: number
}

async function timed(identity: IdentityId, asked: string): Promise<Took> {
  const begun = performance.now()
  const before = process.cpuUsage()
  const { tokens, lines } = await snapshots.compile({ identity, purpose: asked, budget })
  const { user, system } = process.cpuUsage(before)
  const took = { clock: performance.now() - begun, processor: (user + system) / 1000 }
  if (tokens > budget || lines.length < 5) throw new Error(`${tokens} tokens in ${lines.length} lines`)
  return took
}

function say(name: string, took: readonly Took[], goal?: string): void {
  const wanted = goal === undefined ? {} : { goal }
  for (const share of [0.5, 0.95]) {
    const at = (of: keyof Took): number =>
      quantile(
        took.map((one) => one[of]),
        share,
      )
    const what = `snapshot, ${name}: p${share * 100}`
    report({ name: what, value: at('clock'), unit: 'ms', ...wanted })
    report({ name: `${what}, of the processor`, value: at('processor'), unit: 'ms' })
  }
}
