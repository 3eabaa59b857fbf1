import type { Entry } from './entry.ts'

/** Gates, grants, and what text from outside may not choose. */
export const gateFaults = {
  'gate.decided': {
    retry: 'never',
    says: '{gate} was {verdict} already, at {at}.',
    next: 'A gate is answered once; start the work again if you changed your mind.',
  },
  'gate.changed': {
    retry: 'never',
    says: 'What {gate} approved is no longer what would be sent.',
    next: 'The gate has been opened again on the new content.',
  },
  'gate.cannot-edit': {
    retry: 'never',
    says: '{gate} takes no edits: {why}.',
    next: 'Approve or reject it instead.',
  },
  'gate.cannot-return': {
    retry: 'never',
    says: '{gate} cannot be sent back: {why}.',
    next: 'Approve or reject it instead.',
  },
  'gate.one-by-one': {
    retry: 'never',
    says: '{gate} asks for a decision of its own, not one for many.',
    next: "Decide it with 'soloist decide {gate}'; nothing was decided.",
  },
  'gate.rejected': {
    retry: 'never',
    says: 'The operator rejected "{task}": {reason}',
    next: 'The run ends here; start another when you want it after all. A gate that the plan did not name is asked again on retry.',
  },
  'gate.expired': {
    retry: 'never',
    says: 'Nobody answered "{task}" in time.',
    next: "Start the run again with 'soloist run', or give the gate more time (within).",
  },
  'grant.too-wide': { retry: 'never', says: 'A grant cannot cover {what}.', next: 'Decide these one by one.' },
  'grant.not-possible': { retry: 'never', says: '{grant} is {state}.', next: 'See soloist grant list.' },
  'taint.recipient': {
    retry: 'never',
    says: 'Text from outside chose {recipient}, who is not whom this run is about.',
    next: "Nothing was sent. Choose the recipient in the workflow or in the operator's input.",
  },
} as const satisfies Record<string, Entry>
