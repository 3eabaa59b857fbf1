import { type Adapter, adapter, type Call } from '../adapters/adapter.ts'
import { ledger, type Used } from '../adapters/ports/ledger.ts'
import type { Store } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import type { Journal } from '../telemetry/journal.ts'
import type { RunId } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import { minutes, seconds } from '../values/time.ts'

/** The company's own books behind the port `ledger`: what a run has cost, and what it asked of the operator. */
export function ownLedger(store: Store, journal: Journal): Adapter {
  return adapter(
    ledger,
    {
      name: 'ledger',
      secrets: [],
      timeout: seconds(30),
      connect: () => ({ store, journal }),
      probe: async () => {
        await store.read.selectFrom('meta').select('name').limit(1).execute()
      },
    },
    { read: { idempotency: 'none', do: (books, _input, call) => used(books, call) } },
  )
}

interface Books {
  readonly store: Store
  readonly journal: Journal
}

// Silent reading of English: 238 words a minute (Brysbaert 2019, a review of 190 studies). Counting a minute for making up
// one's mind is our own guess.
const wordsPerMinute = 238
const minutesPerDecision = 1
// A run with more decisions than this is counted by its first ones, and is in trouble anyway.
const mostDecisions = 1000

async function used({ store, journal }: Books, { run }: Call): Promise<Used> {
  if (run === undefined) throw new TypeError('the ledger of no run was asked for')
  const decided = await decisionsOf(store, run)
  const cards = new Map((await journal.at(decided.map((gate) => gate.opened_seq))).map((event) => [event.seq, event]))
  const took = decided.map((gate) => {
    const event = cards.get(gate.opened_seq)
    const words = event?.kind === 'gate.opened' ? wordsIn(event.payload?.card.content ?? null) : 0
    return Math.min(minutesPerDecision + words / wordsPerMinute, (gate.at - gate.opened_at) / minutes(1))
  })
  const total = took.reduce((sum, each) => sum + each, 0)
  return { costUsd: await costOf(store, run), decisions: decided.length, operatorMinutes: Math.round(total * 10) / 10 }
}

type Decided = Pick<Row<'gates'>, 'opened_seq' | 'opened_at'> & Pick<Row<'decisions'>, 'at'>

function decisionsOf(store: Store, run: RunId): Promise<Decided[]> {
  return store.read
    .selectFrom('gates')
    .innerJoin('decisions', 'decisions.gate_id', 'gates.id')
    .select(['gates.opened_seq', 'gates.opened_at', 'decisions.at'])
    .where('gates.run_id', '=', run)
    .where('decisions.by', '=', 'operator')
    .orderBy('gates.opened_seq')
    .limit(mostDecisions)
    .execute()
}

async function costOf(store: Store, run: RunId): Promise<number> {
  const row = await store.read
    .selectFrom('budgets')
    .select('spent')
    .where('scope', '=', `run:${run}`)
    .where('period', '=', 'life')
    .executeTakeFirst()
  return (row?.spent ?? 0) / 1e6
}

/** The words of all texts in a value. */
function wordsIn(content: Json): number {
  if (typeof content === 'string') return content.split(/\s+/).filter((word) => word !== '').length
  if (typeof content !== 'object' || content === null) return 0
  return Object.values(content).reduce<number>((sum, part) => sum + wordsIn(part), 0)
}
