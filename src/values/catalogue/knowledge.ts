import type { Entry } from './entry.ts'

/** What the company has learned: files of knowledge, and proposals of them. */
export const knowledgeFaults = {
  'knowledge.invalid': {
    retry: 'never',
    says: '{path}, line {line}: {why}.{nearest}',
    next: '{write}. Until then what was in force before still is.',
  },
  'knowledge.unreadable': {
    retry: 'later',
    says: 'The folder {path} cannot be read: {why}.',
    next: 'Make it readable; until then what was in force before still is.',
  },
  'knowledge.outdated': {
    retry: 'never',
    says: '{path} is not any more what {wish} was made for: {why}.',
    next: "Nothing was written. Compare with 'soloist knowledge diff', and write the file by hand or propose it again.",
  },
  'knowledge.decided': {
    retry: 'never',
    says: 'Proposal {proposal} was {state} before.',
    next: "Nothing was changed. See what is open: 'soloist knowledge proposals'.",
  },
  'knowledge.by-proposal': {
    retry: 'never',
    says: '{path} is knowledge, or would be, and only the operator puts knowledge to work.',
    next: "Propose it with the action knowledge.propose; the operator then accepts it: 'soloist knowledge accept'.",
  },
} as const satisfies Record<string, Entry>
