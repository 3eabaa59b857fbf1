import { sql } from 'kysely'
import { compiled } from '../store/compiled.ts'
import type { Tx } from '../store/store.ts'
import type { Row, Seq } from '../store/tables.ts'
import { refuse } from '../values/fault.ts'
import type { CommitmentId, IdentityId, RunId, TaskId } from '../values/id.ts'
import type { Origin } from '../values/origin.ts'
import type { Instant } from '../values/time.ts'
import { type Foundation, living, pageSize } from './identity.ts'
import { shown } from './text.ts'

/** What became of a commitment. `ended`: the event that says so. */
export type CommitmentState =
  | { readonly state: 'open' }
  | { readonly state: 'kept'; readonly ended: Seq }
  | { readonly state: 'dropped'; readonly ended: Seq }

export interface CommitmentEvent {
  readonly happened: 'kept' | 'dropped'
  readonly seq: Seq
}

/** What is promised: by us to an identity, or by it to us. The words are in the event that made it. */
export type Commitment = CommitmentState & {
  readonly id: CommitmentId
  readonly identity: IdentityId
  readonly by: 'us' | 'them'
  readonly origin: Origin
  /** `null`: nobody said by when. */
  readonly dueAt: Instant | null
  readonly madeAt: Instant
  /** The event that made it. */
  readonly made: Seq
}

export interface NewCommitment {
  readonly identity: IdentityId
  readonly by: 'us' | 'them'
  /** In a sentence: `send the second draft`. */
  readonly what: string
  readonly dueAt?: Instant
  readonly origin: Origin
  readonly run?: RunId
  readonly task?: TaskId
}

/** Where a page of open commitments goes on. */
export interface DuePlace {
  readonly dueAt: Instant | null
  readonly id: CommitmentId
}

export interface DuePage {
  readonly after?: DuePlace
  readonly until?: Instant
  readonly limit: number
}

/** What we promised and what is owed to us, until it is kept or dropped, which happens once. */
export interface Commitments {
  /** Faults: `input.invalid`, `input.too-large`, `identity.unknown`, `vault.forgotten`. */
  make(tx: Tx, commitment: NewCommitment): Promise<CommitmentId>
  /** Each of the two gives whose it is. Faults: `input.unknown`, `commitment.over`, `input.invalid`, `vault.forgotten`. */
  keep(tx: Tx, id: CommitmentId, end: CommitmentEnd): Promise<IdentityId>
  drop(tx: Tx, id: CommitmentId, end: CommitmentEnd): Promise<IdentityId>
  get(id: CommitmentId, tx?: Tx): Promise<Commitment | undefined>
  /** The open ones of these identities: first those with a day, the one that is due first in front, then the others, the oldest first. */
  open(of: readonly IdentityId[], limit: number): Promise<Commitment[]>
  /** The open ones of the whole company in the same order: a page after a place. With `until` only those that are due by then. */
  due(page: DuePage): Promise<Commitment[]>
}

export interface CommitmentEnd {
  readonly why: string
  readonly origin: Origin
  readonly run?: RunId
  readonly task?: TaskId
}

// Written out, as the indexes of the open ones ask for it.
const isOpen = sql.lit('open' as const)

/** UTF-16 units: a sentence or three. What is agreed in full lives behind a pointer. */
const maxWhat = 1000

/** The state after an event, or `undefined` where it cannot happen any more. Reads no clock and no database. */
export function nextCommitment(now: CommitmentState, { happened, seq }: CommitmentEvent): CommitmentState | undefined {
  switch (now.state) {
    case 'open':
      return { state: happened, ended: seq }
    case 'kept':
    case 'dropped':
      return undefined
    default:
      return now satisfies never
  }
}

export function openCommitments(foundation: Foundation): Commitments {
  const { store } = foundation
  return {
    make: (tx, commitment) => make(foundation, tx, commitment),
    keep: (tx, id, given) => end(foundation, tx, { id, happened: 'kept', given }),
    drop: (tx, id, given) => end(foundation, tx, { id, happened: 'dropped', given }),
    async get(id, tx) {
      const row = await byId.first(tx?.db ?? store.read, { id })
      return row && toCommitment(row)
    },
    open: (of, limit) => {
      const open = openOnes(foundation).where('identity_id', 'in', [...of])
      return datedFirst(open, { limit })
    },
    due: (page) => datedFirst(openOnes(foundation), page),
  }
}

function openOnes({ store }: Foundation) {
  return store.read.selectFrom('commitments').selectAll().where('state', '=', isOpen)
}

/** Those with a day, then those without, each out of an index. */
async function datedFirst(open: ReturnType<typeof openOnes>, { after, until, limit }: DuePage): Promise<Commitment[]> {
  const most = pageSize(limit)
  const rows =
    after?.dueAt === null
      ? []
      : await dated(open, after as Dated | undefined, until)
          .limit(most)
          .execute()
  if (rows.length < most && until === undefined) {
    let undated = open.where('due_at', 'is', null)
    if (after?.dueAt === null) undated = undated.where('id', '>', after.id)
    rows.push(
      ...(await undated
        .orderBy('id')
        .limit(most - rows.length)
        .execute()),
    )
  }
  return rows.map(toCommitment)
}

type Dated = DuePlace & { readonly dueAt: Instant }

function dated(open: ReturnType<typeof openOnes>, after: Dated | undefined, until: Instant | undefined) {
  let select = open.where('due_at', 'is not', null)
  if (after !== undefined) {
    select = select.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('due_at', 'id'), '>', tuple<Instant | null, CommitmentId>(after.dueAt, after.id)),
    )
  }
  if (until !== undefined) select = select.where('due_at', '<=', until)
  return select.orderBy('due_at').orderBy('id')
}

async function make(foundation: Foundation, tx: Tx, commitment: NewCommitment): Promise<CommitmentId> {
  const { journal, clock, ids } = foundation
  const { identity, by, dueAt, origin } = commitment
  const what = checkedText('The commitment', commitment.what)
  await living(tx.db, identity)
  const id = ids.next('cmt')
  const seq = await journal.append(tx, {
    kind: 'commitment.made',
    subject: identity,
    origin,
    ...within(commitment),
    payload: { commitment: id, by, what, dueAt: dueAt ?? null },
  })
  const made = { made_at: clock.now(), made_seq: seq, ended_seq: null }
  await tx.db
    .insertInto('commitments')
    .values({ id, identity_id: identity, by, state: 'open', origin, due_at: dueAt ?? null, ...made })
    .execute()
  return id
}

interface Ending {
  readonly id: CommitmentId
  readonly happened: CommitmentEvent['happened']
  readonly given: CommitmentEnd
}

async function end({ journal }: Foundation, tx: Tx, { id, happened, given }: Ending): Promise<IdentityId> {
  const row = await byId.first(tx.db, { id })
  if (!row) refuse('input.unknown', { kind: 'commitment', name: shown(id), nearest: '', command: see })
  const now = toCommitment(row)
  if (now.state !== 'open') refuse('commitment.over', { commitment: id, state: now.state })
  const why = checkedText('The reason', given.why)
  await living(tx.db, now.identity)
  const seq = await journal.append(tx, {
    kind: happened === 'kept' ? 'commitment.kept' : 'commitment.dropped',
    subject: now.identity,
    origin: given.origin,
    ...within(given),
    payload: { commitment: id, why },
  })
  const after = nextCommitment(now, { happened, seq })
  if (after === undefined || after.state === 'open') throw new TypeError(`an open commitment cannot be ${happened}`)
  const change = { state: after.state, ended_seq: after.ended }
  await tx.db.updateTable('commitments').set(change).where('id', '=', id).execute()
  return now.identity
}

const see = 'soloist identity owed'

const byId = compiled((db, given: { id: CommitmentId }) =>
  db.selectFrom('commitments').selectAll().where('id', '=', given.id),
)

function within({ run, task }: { readonly run?: RunId; readonly task?: TaskId }) {
  return { ...(run === undefined ? {} : { run }), ...(task === undefined ? {} : { task }) }
}

function checkedText(what: string, given: string): string {
  const text = given.trim()
  if (text === '') refuse('input.invalid', { what, why: 'it has no text' })
  if (text.length > maxWhat) {
    refuse('input.too-large', { what, size: `${text.length} characters`, limit: `${maxWhat} characters` })
  }
  return text
}

function toCommitment(row: Row<'commitments'>): Commitment {
  return {
    ...stateOf(row),
    id: row.id,
    identity: row.identity_id,
    by: row.by,
    origin: row.origin,
    dueAt: row.due_at,
    madeAt: row.made_at,
    made: row.made_seq,
  }
}

function stateOf({ state, ended_seq }: Row<'commitments'>): CommitmentState {
  if (state === 'open') return { state }
  // A CHECK of the table holds it.
  if (ended_seq === null) throw new TypeError('a commitment that is over names the event that ended it')
  return { state, ended: ended_seq }
}
