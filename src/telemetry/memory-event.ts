import type { CommitmentId, PointerId, ProposalId } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import type { Usd } from '../values/money.ts'
import type { Origin } from '../values/origin.ts'
import type { Duration, Instant } from '../values/time.ts'

/** What was said, promised, kept in mind and learned. */
export interface MemoryEvents {
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
  /**
   * A stretch of an identity's history in short: its events from `from` to `until`, of which `read` say something. `dropped` counts
   * what nothing but a count was taken from, by kind; `tally` is what is counted of all stretches until now.
   */
  'memory.distilled': {
    from: number
    until: number
    read: number
    facts: readonly string[]
    dropped: Readonly<Record<string, number>>
    decisions: readonly DecisionFeatures[]
    tally: Json
    by: 'extract' | 'agent'
  }
  /** Events of one kind that happened before `before` left recall and snapshots, up to the event `upTo`. */
  'memory.retired': { kind: string; before: Instant; upTo: number }

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

/** The few numbers and labels on which the operator made one decision at a gate. */
export interface DecisionFeatures {
  /** The event with the decision. */
  readonly seq: number
  /** What it was about: the action, or the reason of the gate where it names none. */
  readonly about: string
  readonly verdict: 'approved' | 'edited' | 'returned' | 'rejected'
  /** From the opening of the gate to the decision. */
  readonly took: Duration
  /** The share of the words that the operator changed, from 0 to 1. */
  readonly edited: number
  readonly origin: Origin
  readonly amount: Usd | null
  readonly recipients: number | null
  /** As the agent said it, between 0 and 1. */
  readonly confidence: number | null
}
