import type { FactId, IdentityId, PointerId } from '../values/id.ts'
import type { Origin } from '../values/origin.ts'
import type { Instant } from '../values/time.ts'
import type { PointerState } from './memory-rows.ts'
import type { Seq } from './tables.ts'

export interface IdentityRow {
  id: IdentityId
  kind: string
  /** `null` once forgotten. */
  name: string | null
  made_at: Instant
  forgotten_at: Instant | null
}

export interface FactRow {
  id: FactId
  identity_id: IdentityId
  key: string
  /** JSON text. */
  value: string
  source_seq: Seq
  origin: Origin
  confidence: number
  recorded_at: Instant
  valid_from: Instant | null
  valid_until: Instant | null
  superseded_by: FactId | null
  /** The artifact that says so. */
  pointer_id: PointerId | null
}

export interface MembershipRow {
  audience_id: IdentityId
  identity_id: IdentityId
  status: 'active' | 'unsubscribed' | 'bounced'
  /** When they joined (or joined again): an approval covers members who joined before it. */
  since: Instant
  changed_at: Instant
  source_seq: Seq
}

export interface PointerRow {
  id: PointerId
  identity_id: IdentityId
  adapter: string
  external_id: string
  url: string | null
  title: string | null
  content_hash: string | null
  seen_at: Instant
  source_seq: Seq
  state: PointerState
  /** When it was first found so. */
  state_since: Instant | null
  checked_seq: Seq | null
}
