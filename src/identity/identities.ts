import { type Commitments, openCommitments } from './commitment.ts'
import { type Facts, openFacts } from './fact.ts'
import { type Handles, openHandles } from './handle.ts'
import { type Foundation, openRecords, type Records } from './identity.ts'
import type { Contacts } from './import.ts'
import { type Interactions, openInteractions } from './interaction.ts'
import { type Members, openMembers } from './membership.ts'
import { type Merges, openMerges } from './merge.ts'
import { openPins, type Pins } from './pin.ts'
import { openPointers, type Pointers } from './pointer.ts'
import { openRelations, type Relations } from './relation.ts'
import type { Suggestions } from './suggestion.ts'

/** Everyone and everything the company knows, and what hangs on them. */
export interface Identities extends Records {
  readonly handles: Handles
  readonly facts: Facts
  readonly members: Members
  readonly pointers: Pointers
  readonly merges: Merges
  readonly relations: Relations
  readonly suggestions: Suggestions
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
    merges: openMerges(foundation),
    relations: openRelations(foundation),
    suggestions: suggestionsOf(foundation),
    contacts: { import: async (file) => (await import('./import.ts')).openContacts(foundation).import(file) },
    interactions: openInteractions(foundation),
    commitments: openCommitments(foundation),
    pins: openPins(foundation),
  }
}

/** Loaded when somebody looks for them, with the tables of letters that look alike. */
function suggestionsOf(foundation: Foundation): Suggestions {
  const opened = async () => (await import('./suggestion.ts')).openSuggestions(foundation)
  return { find: async (page) => (await opened()).find(page), of: async (id) => (await opened()).of(id) }
}
