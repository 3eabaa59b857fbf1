import type { Entry } from './entry.ts'

/** Who is known to the company. */
export const identityFaults = {
  'identity.unknown': {
    retry: 'never',
    says: 'Nobody is known as {handle}.',
    next: "See 'soloist identity list', or add them with 'soloist identity add'.",
  },
  'identity.no-audience': {
    retry: 'never',
    says: 'There is no audience {handle}.',
    next: 'Run: soloist identity add audience "{name}" {handle}',
  },
  'identity.taken': { retry: 'never', says: '{handle} already belongs to {identity}.', next: 'Use that identity.' },
  'identity.unmergeable': {
    retry: 'never',
    says: '{one} and {other} cannot be merged: {why}.',
    next: "Look at both with 'soloist identity show'; what one is to the other is said with 'soloist identity relate'.",
  },
  'identity.no-merge': {
    retry: 'never',
    says: 'No merge {merge} stands: it was undone, or there never was one.',
    next: "See the merges of an identity with 'soloist identity show'.",
  },
  'identity.no-relation': {
    retry: 'never',
    says: 'No relation {relation} stands: it is over, or there never was one.',
    next: "See the relations of an identity with 'soloist identity show'.",
  },
  'identity.busy': {
    retry: 'later',
    says: '{identity} cannot be forgotten while {count} runs about them are not over: {runs}.',
    next: 'Let them end, or forget with --cancel-runs, which cancels them.',
  },
  'identity.in-doubt': {
    retry: 'later',
    says: '{identity} cannot be forgotten yet: something to them is on its way out, or nobody knows whether it went, in {run}.',
    next: "Wait until it is over, or answer what 'soloist inbox' asks; where the run is over, 'soloist undo {run}' settles it. Then forget again.",
  },
  'commitment.over': {
    retry: 'never',
    says: 'Commitment {commitment} is {state} already.',
    next: "Nothing was changed. What comes after it is a new one: 'soloist identity promise'.",
  },
  'csv.unreadable': {
    retry: 'never',
    says: 'Line {line} of {path} cannot be read: {why}.',
    next: 'Correct the line; nothing was imported.',
  },
  'vcard.unreadable': {
    retry: 'never',
    says: 'Line {line} of {path} cannot be read: {why}.',
    next: 'Export the contacts again, as vCard 3.0 or 4.0 in UTF-8; nothing was imported.',
  },
} as const satisfies Record<string, Entry>
