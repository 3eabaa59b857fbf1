import { type Handle, parseHandle } from '../identity/normalise.ts'
import { shown } from '../identity/text.ts'
import { type Fault, fault } from '../values/fault.ts'
import type { IdentityId } from '../values/id.ts'
import type { Origin } from '../values/origin.ts'
import type { Risk } from '../values/risk.ts'

export interface Addressed {
  /** The worst origin of whatever named the recipients. */
  readonly origin: Origin
  /** As they would be handed to the adapter: handles, or ids. */
  readonly recipients: readonly string[]
  readonly subjectHandles: readonly Handle[]
  /** The subject itself, where a recipient may be named by its id. */
  readonly subject?: IdentityId
}

/**
 * External text never chooses a recipient outside the subject at hand: the fault `taint.recipient` for the first that it would.
 * A recipient that is no well-formed handle belongs to nobody.
 */
export function refuseForeignRecipient({ origin, recipients, subjectHandles, subject }: Addressed): Fault | undefined {
  if (origin !== 'external') return undefined
  const own = new Set(subjectHandles.map((handle) => `${handle.system}:${handle.value}`))
  const foreign = recipients.find((recipient) => {
    if (subject !== undefined && recipient === subject) return false
    const parsed = parseHandle(recipient)
    return !parsed.ok || !own.has(`${parsed.value.system}:${parsed.value.value}`)
  })
  return foreign === undefined ? undefined : fault('taint.recipient', { recipient: shown(foreign) })
}

/** The risks that a grant may cover for content of this origin; `externalOk` is what the grant says of itself. */
export function grantableRisks(origin: Origin, externalOk: boolean): readonly Risk[] {
  if (origin !== 'external') return ['read', 'internal', 'outward', 'chargeable']
  return externalOk ? ['read', 'internal', 'outward'] : []
}
