import type { CommitmentId, FactId, IdentityId, MergeId, ProposalId, RelationId } from '../values/id.ts'
import type { Origin } from '../values/origin.ts'
import type { Instant } from '../values/time.ts'

type Seq = number

/** The tables of merges, relations, interactions, commitments and knowledge. */
export interface MemoryTables {
  merges: { id: MergeId; from_id: IdentityId; into_id: IdentityId; merged_seq: Seq; undone_seq: Seq | null }
  /** Pairs that the operator said are not the same; the lesser id first. */
  distinctions: { one_id: IdentityId; other_id: IdentityId; seq: Seq }
  /** What may be common to identities that are one: made of other rows. */
  likenesses: { kind: LikenessKind; hash: string; identity_id: IdentityId }
  /** Facts that did not take the place of an older one which says otherwise; kept by triggers. */
  fact_disputes: { source_seq: Seq; fact_id: FactId }
  /** Whose likenesses are to be made again. */
  likeness_due: { identity_id: IdentityId }
  relations: RelationRow
  fact_pins: { identity_id: IdentityId; key: string; seq: Seq }
  /** `seq` is the event with the words; `at` when it happened, which may be long before it was recorded. */
  interactions: { seq: Seq; identity_id: IdentityId; channel: string; external_id: string | null; at: Instant }
  commitments: CommitmentRow
  distilled: { identity_id: IdentityId; until_seq: Seq; seq: Seq }
  /** Events of `kind` that happened before `before`, up to `up_to_seq`, are in no recall and no snapshot. */
  retired: { kind: string; before: Instant; up_to_seq: Seq; seq: Seq }
  knowledge: { path: string; kind: KnowledgeKind; hash: string; seq: Seq }
  proposals: ProposalRow
}

export type LikenessKind = 'phone' | 'mailbox' | 'elsewhere' | 'name' | 'domain'

/** What became of an artifact, as far as it was looked at. */
export type PointerState = 'unchanged' | 'changed' | 'gone' | 'unchecked'

export type KnowledgeKind = 'template' | 'rule' | 'policy' | 'playbook'

interface RelationRow {
  id: RelationId
  from_id: IdentityId
  kind: string
  to_id: IdentityId
  origin: Origin
  made_at: Instant
  made_seq: Seq
  ended_seq: Seq | null
}

interface CommitmentRow {
  id: CommitmentId
  identity_id: IdentityId
  by: 'us' | 'them'
  state: 'open' | 'kept' | 'dropped'
  origin: Origin
  due_at: Instant | null
  made_at: Instant
  made_seq: Seq
  ended_seq: Seq | null
}

interface ProposalRow {
  id: ProposalId
  path: string
  base_hash: string | null
  hash: string
  state: 'open' | 'accepted' | 'refused'
  made_at: Instant
  made_seq: Seq
  decided_seq: Seq | null
}
