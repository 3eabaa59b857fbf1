import type { Store, Tx } from '../../store/store.ts'
import type { Journal } from '../../telemetry/journal.ts'
import { Refusal, refuse } from '../../values/fault.ts'
import {
  companyIdentity,
  type IdentityId,
  type Ids,
  type ProposalId,
  type RunId,
  type TaskId,
} from '../../values/id.ts'
import type { Origin } from '../../values/origin.ts'
import type { Clock } from '../../values/time.ts'
import type { KnowledgeFile } from '../knowledge.ts'
import { isMarkdown, largestKnowledge } from './folder.ts'
import { rememberOutside } from './force.ts'
import { type Head, wrongFault } from './head.ts'
import { readKnowledge } from './read.ts'
import { versionHash } from './version.ts'

/** Something learned, as a file of knowledge that is not in force. */
export interface NewProposal {
  readonly path: string
  /** The whole file, with its head. */
  readonly text: string
  readonly why: string
  /** The worst of all that had a part in it. */
  readonly origin: Origin
  /** Whom it was learned of: forgetting them takes it too, unless it was accepted. The company when not said. */
  readonly subject?: IdentityId
  readonly run?: RunId
  readonly task?: TaskId
  /** Whoever may propose the same again after a crash names it. */
  readonly id?: ProposalId
}

/** Open proposals at most: more than a person reads, and a bound for an agent that does not stop. */
const mostOpen = 200
const longestPath = 200
const longestWhy = 2000

interface Desk {
  readonly store: Store
  readonly journal: Journal
  readonly clock: Clock
  readonly ids: Ids
}

/** Writes a checked proposal down. Faults: `input.invalid`, `input.too-large`, `knowledge.invalid`. */
export async function propose(desk: Desk, proposal: NewProposal, now: KnowledgeFile | undefined): Promise<ProposalId> {
  const { path, text } = proposal
  await checkProposal(proposal)
  const hash = versionHash(path, text)
  if (now?.hash === hash) refuse('input.invalid', { what: `The proposal for ${path}`, why: 'it is what is in force' })
  return desk.store.write(async (tx) => {
    const known = await before(tx, proposal, hash)
    if (known) return known
    const id = proposal.id ?? desk.ids.next('prp')
    const made_seq = await append(tx, desk, id, proposal, now?.hash ?? null)
    const base = { base_hash: now?.hash ?? null, hash, state: 'open', decided_seq: null } as const
    await tx.db
      .insertInto('proposals')
      .values({ id, path, ...base, made_at: desk.clock.now(), made_seq })
      .execute()
    // Whoever dies between writing its file and putting it in force leaves a file of which nothing else says where it came from.
    if (proposal.origin === 'external') await rememberOutside(tx, text, made_seq)
    return id
  })
}

/** The head of a text that may become knowledge at a path. Faults: `input.invalid`, `input.too-large`, `knowledge.invalid`. */
export async function checkFile(path: string, text: string): Promise<Head> {
  const what = `The path "${path.slice(0, longestPath)}"`
  const steps = path.split('/')
  if (path.length > longestPath || steps.some((step) => !/^[\p{L}\p{N}_][\p{L}\p{N}_. -]*$/u.test(step)))
    refuse('input.invalid', { what, why: 'it is no path inside knowledge/, like "replies/late-payment.md"' })
  if (!isMarkdown(steps.at(-1) ?? '')) refuse('input.invalid', { what, why: 'it does not end with .md' })
  const size = Buffer.byteLength(text)
  if (size > largestKnowledge)
    refuse('input.too-large', { what: path, size: `${size} bytes`, limit: `${largestKnowledge} bytes` })
  const reading = await readKnowledge(text)
  if (reading.is === 'wrong') throw new Refusal(wrongFault(path, reading.wrong))
  if (reading.is === 'knowledge') return reading.head
  const write = 'Begin it with a line "---", then kind and title, then a line "---"'
  const why = 'it has no head that says what kind of knowledge it is'
  throw new Refusal(wrongFault(path, { line: 1, why, write }))
}

async function checkProposal({ path, text, why }: NewProposal): Promise<void> {
  if (why.trim() === '' || why.length > longestWhy)
    refuse('input.invalid', { what: 'The reason of the proposal', why: `it has 1 to ${longestWhy} characters` })
  await checkFile(path, text)
}

/** The same proposal that is there already. Fault `input.too-large` when there are too many. */
async function before(tx: Tx, { id, path }: NewProposal, hash: string): Promise<ProposalId | undefined> {
  const proposals = tx.db.selectFrom('proposals').select('id')
  const own = id && (await proposals.where('id', '=', id).executeTakeFirst())
  if (own) return own.id
  const same = proposals.where('path', '=', path).where('state', '=', 'open').where('hash', '=', hash)
  const open = await same.executeTakeFirst()
  if (open) return open.id
  const all = await proposals.where('state', '=', 'open').limit(mostOpen).execute()
  if (all.length < mostOpen) return undefined
  const limit = `${mostOpen}; accept or refuse some`
  return refuse('input.too-large', { what: 'The list of open proposals', size: `${all.length} long`, limit })
}

function append(
  tx: Tx,
  { journal }: Desk,
  id: ProposalId,
  proposal: NewProposal,
  base: string | null,
): Promise<number> {
  const { path, text, why, origin, subject = companyIdentity, run, task } = proposal
  return journal.append(tx, {
    kind: 'knowledge.proposed',
    subject,
    origin,
    ...(run === undefined ? {} : { run }),
    ...(task === undefined ? {} : { task }),
    payload: { proposal: id, path, base, body: text, why },
  })
}
