import type { FactId, IdentityId, PointerId } from '../values/id.ts'
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
  }
  'identity.member-changed': {
    audience: IdentityId
    member: IdentityId
    status: 'active' | 'unsubscribed' | 'bounced'
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
  'identity.forgotten': { id: IdentityId; pointers: number }
}
