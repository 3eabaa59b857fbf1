import type { PointerState } from '../store/memory-rows.ts'
import type { FactId, IdentityId, MergeId, PointerId, RelationId } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import type { Instant } from '../values/time.ts'

/** Who the company knows, and what it knows about them: each under the identity itself. */
export interface IdentityEvents {
  'identity.created': { id: IdentityId; kind: string; name: string }
  'identity.renamed': { id: IdentityId; name: string; before: string }
  'identity.handle-added': { id: IdentityId; system: string; value: string }
  /** `pointer`: the artifact that says so. Events of before this was kept have neither that nor when it holds. */
  'identity.fact-recorded': {
    id: IdentityId
    fact: FactId
    key: string
    value: Json
    confidence: number
    validFrom?: Instant
    validUntil?: Instant
    pointer?: PointerId
    /** The events that it was taken from, where it was not told as it is. */
    sources?: readonly number[]
    /** A count made again: it takes the place of our own one before, whatever that was made of. */
    recount?: true
  }
  'identity.member-changed': {
    audience: IdentityId
    member: IdentityId
    status: 'active' | 'unsubscribed' | 'bounced'
    /** What they were until they joined again. */
    before?: 'unsubscribed' | 'bounced'
    why: string
  }
  'identity.pointer-seen': {
    id: IdentityId
    pointer: PointerId
    adapter: string
    externalId: string
    url: string | null
    title: string | null
    contentHash: string | null
  }
  /** `again`: an older archive had brought them back. */
  'identity.forgotten': { id: IdentityId; pointers: number; again?: true }

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
}
