import type { PointerState } from '../store/memory-rows.ts'
import type { CommitmentId, IdentityId, MergeId, PointerId, ProposalId, RelationId } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import type { Instant } from '../values/time.ts'

/** What makes one picture of an identity: who is the same, who belongs together, what was said, promised, kept in mind and learned. */
export interface MemoryEvents {
  /** `evidence`: why they are the same, in sentences. Under the identity that was merged into another. */
  'identity.merged': { merge: MergeId; from: IdentityId; into: IdentityId; evidence: readonly string[] }
  'identity.unmerged': { merge: MergeId; from: IdentityId; into: IdentityId; why: string }
  'identity.distinguished': { one: IdentityId; other: IdentityId; why: string }
  'identity.related': { relation: RelationId; from: IdentityId; kind: string; to: IdentityId }
  'identity.unrelated': { relation: RelationId; why: string }
  'identity.fact-pinned': { id: IdentityId; key: string }
  'identity.fact-unpinned': { id: IdentityId; key: string }

  /** How the artifacts behind pointers are now: all that were looked at in one go. `hash` is what is there; `why` it is not known. */
  'identity.pointers-checked': {
    id: IdentityId
    checked: readonly { pointer: PointerId; state: PointerState; hash: string | null; why: string | null }[]
  }

  'interaction.recorded': {
    channel: string
    by: 'us' | 'them'
    /** The speaker's name, where the identity is more than one voice. */
    who: string | null
    text: string
    /** Names the conversation: what was said in one follows on each other. */
    thread: string | null
    happenedAt: Instant
    externalId: string | null
    pointer: PointerId | null
  }
  'commitment.made': { commitment: CommitmentId; by: 'us' | 'them'; what: string; dueAt: Instant | null }
  'commitment.kept': { commitment: CommitmentId; why: string }
  'commitment.dropped': { commitment: CommitmentId; why: string }

  'memory.put': { key: string; value: Json; expiresAt: Instant }
  'memory.dropped': { key: string }
  /** A stretch of an identity's history in short; `dropped` counts what nothing was taken from, by kind. */
  'memory.distilled': {
    from: number
    until: number
    read: number
    facts: readonly string[]
    dropped: Readonly<Record<string, number>>
    by: 'extract' | 'agent'
  }

  /** `hash` is `null` when the file is gone. */
  'knowledge.changed': {
    path: string
    kind: string
    hash: string | null
    before: string | null
    by: 'file' | 'proposal' | 'restore'
  }
  /** A run was given this version. */
  'knowledge.used': { path: string; hash: string }
  'knowledge.proposed': { proposal: ProposalId; path: string; base: string | null; body: string; why: string }
  'knowledge.decided': { proposal: ProposalId; accepted: boolean; why: string }
}
