import { sql } from 'kysely'
import { compiled } from '../store/compiled.ts'
import type { Store, Tx } from '../store/store.ts'
import type { Journal } from '../telemetry/journal.ts'
import { refuse } from '../values/fault.ts'
import type { RunId } from '../values/id.ts'
import { type Clock, days, type Instant, later } from '../values/time.ts'
import { type Change, largestValue, Mind } from './mind.ts'
import { Minds } from './minds.ts'
import type { Keep, NewKept, WorkingMemory } from './working.ts'

// A gate may stand open for five days and a weekend; what a run needs after that, it can find in its history.
const usualKeep = days(7)
// As long as the runs of a month. What is to last longer is knowledge.
const longestKeep = days(31)
const longestKey = 200
// Room for entries is made by forgetting; the journal's room is not: each put is an event for good. An agent has some 12 turns, and an
// `each` over 500 items with ten puts an item stays below this. It bounds, too, what is read to bring a run's mind back: some 0.2 s.
const mostPuts = 10_000
const pageSize = 500

interface Foundation {
  readonly store: Store
  readonly journal: Journal
  readonly clock: Clock
}

/** Working memory over a journal. It does nothing by itself but forget what is over. */
export function openWorkingMemory({ store, journal, clock }: Foundation): WorkingMemory {
  const minds = new Minds(clock)
  const loaded = (run: RunId): Mind => minds.find(run) ?? notLoaded(run)
  const admit = (mind: Mind | undefined, keep: Keep): Instant => {
    demandKeep(keep)
    if (mind && mind.puts >= mostPuts) refuse('memory.full', { puts: mind.puts, limit: mostPuts })
    return later(clock.now(), keep.keepFor ?? usualKeep)
  }
  return {
    async load(run) {
      await minds.load(run, () => readMind(store, journal, clock, run))
    },
    get: (run, key) => loaded(run).get(key, clock.now()),
    keys(run) {
      const mind = loaded(run)
      mind.expire(clock.now())
      return mind.keys
    },
    admit: (run, keep) => admit(loaded(run), keep),
    async put(tx, kept) {
      const { run, subject, task, key, value, origin } = kept
      const mind = minds.find(run)
      const expiresAt = admit(mind, kept)
      mind?.expire(clock.now())
      const about = { subject, run, origin, ...(task === undefined ? {} : { task }) }
      const seqs: number[] = []
      for (const old of mind?.oldestBesides(key, bytesOf(key, value)) ?? [])
        seqs.push(await journal.append(tx, { ...about, kind: 'memory.dropped', payload: { key: old } }))
      seqs.push(await journal.append(tx, { ...about, kind: 'memory.put', payload: { key, value, expiresAt } }))
      await follow(tx, run, seqs)
    },
    async drop(tx, run, key) {
      const thought = loaded(run).get(key, clock.now())
      if (thought === undefined) return
      const { subject, origin } = thought
      const seq = await journal.append(tx, { kind: 'memory.dropped', subject, run, origin, payload: { key } })
      await follow(tx, run, [seq])
    },
    release: (run) => minds.release(run),
    forget: (identities) => minds.forget(new Set(identities)),
    close: () => minds.close(),
  }

  /** What is in reach is what the journal says, secrets masked. */
  async function follow(tx: Tx, run: RunId, seqs: readonly number[]): Promise<void> {
    const changes = changesIn(await journal.at(seqs, tx))
    tx.afterCommit(() => minds.apply(run, changes))
  }
}

function notLoaded(run: RunId): never {
  throw new TypeError(`the working memory of ${run} is not loaded`)
}

function demandKeep({ key, value, keepFor = usualKeep }: Keep): void {
  const what = 'What is to be kept in mind'
  if (key === '' || key.length > longestKey || /\p{Cc}/u.test(key))
    refuse('input.invalid', { what, why: `its key has 1 to ${longestKey} characters and none that controls` })
  if (keepFor < 1 || keepFor > longestKeep)
    refuse('input.invalid', { what, why: 'it can be kept for at most 31 days; what lasts longer is knowledge' })
  const bytes = bytesOf(key, value)
  if (bytes <= largestValue) return
  refuse('input.too-large', { what: `"${key}"`, size: `${Math.ceil(bytes / 1024)} KiB`, limit: '32 KiB' })
}

function bytesOf(key: string, value: NewKept['value']): number {
  return Buffer.byteLength(key) + Buffer.byteLength(JSON.stringify(value))
}

/** A run's mind, event by event: pages of them, so that memory is bounded however much was put and dropped. */
async function readMind(store: Store, journal: Journal, clock: Clock, run: RunId): Promise<Mind> {
  const mind = new Mind()
  const row = await runOf.first(store.read, { run })
  if (row && row.ended_at !== null) return mind
  for (let after = 0, more = true; more; ) {
    const seqs = (await changesAfter.all(store.read, { run, after, limit: pageSize })).map(({ seq }) => seq)
    for (const change of changesIn(await journal.at(seqs))) mind.apply(change)
    after = seqs.at(-1) ?? after
    more = seqs.length === pageSize
  }
  mind.expire(clock.now())
  return mind
}

/** What is said of the forgotten is no change that anyone can read. */
function changesIn(events: Awaited<ReturnType<Journal['at']>>): Change[] {
  return events.flatMap((event): Change[] => {
    const { seq, at, subject, origin } = event
    if (event.kind === 'memory.dropped' && event.payload) return [{ seq, at, key: event.payload.key, thought: null }]
    if (event.kind !== 'memory.put' || !event.payload) return []
    const { key, value, expiresAt } = event.payload
    const thought = { key, value, origin, seq, at, expiresAt, subject, bytes: bytesOf(key, value) }
    return [{ seq, at, key, thought }]
  })
}

const runOf = compiled((db, given: { run: RunId }) =>
  db.selectFrom('runs').select('ended_at').where('id', '=', given.run),
)

const changesAfter = compiled((db, given: { run: RunId; after: number; limit: number }) =>
  db
    .selectFrom('events')
    .select('seq')
    .where('run_id', '=', given.run)
    .where('seq', '>', given.after)
    .where((event) =>
      event.or([event('kind', '=', sql.lit('memory.put')), event('kind', '=', sql.lit('memory.dropped'))]),
    )
    .orderBy('seq')
    .limit(given.limit),
)
