import { type Commitments, openCommitments } from './commitment.ts'
import { type Facts, openFacts } from './fact.ts'
import { type Handles, openHandles } from './handle.ts'
import { type Foundation, openRecords, type Records } from './identity.ts'
import { type Contacts, openContacts } from './import.ts'
import { type Interactions, openInteractions } from './interaction.ts'
import { type Members, openMembers } from './membership.ts'
import { openPins, type Pins } from './pin.ts'
import { openPointers, type Pointers } from './pointer.ts'

/** Everyone and everything the company knows, and what hangs on them. */
export interface Identities extends Records {
  readonly handles: Handles
  readonly facts: Facts
  readonly members: Members
  readonly pointers: Pointers
  readonly contacts: Contacts
  readonly interactions: Interactions
  readonly commitments: Commitments
  readonly pins: Pins
}

export function openIdentities(foundation: Foundation): Identities {
  return {
    ...openRecords(foundation),
    handles: openHandles(foundation),
    facts: openFacts(foundation),
    members: openMembers(foundation),
    pointers: openPointers(foundation),
    contacts: openContacts(foundation),
    interactions: openInteractions(foundation),
    commitments: openCommitments(foundation),
    pins: openPins(foundation),
  }
}
