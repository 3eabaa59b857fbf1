import type { EventEntry } from './entry.ts'

/** Who is the same, who belongs together, what was said, promised, kept in mind and learned. */
export const memoryEvents = {
  'identity.merged': {
    level: 'info',
    when: 'When the operator says that two identities are one; both keep their records.',
    says: 'Identity {from} is now {into}.',
  },
  'identity.unmerged': {
    level: 'info',
    when: 'When a merge is undone.',
    says: 'Identity {from} is its own again.',
  },
  'identity.distinguished': {
    level: 'info',
    when: 'When the operator says that two identities that look like one are two.',
    says: 'Identities {one} and {other} are not the same.',
  },
  'identity.related': {
    level: 'info',
    when: 'When it is learned that one identity belongs to another: works there, is a client, subscribes.',
    says: 'Identity {from} is related to {to}.',
  },
  'identity.unrelated': {
    level: 'info',
    when: 'When a relation is over.',
    says: 'Relation {relation} is over.',
  },
  'identity.fact-pinned': {
    level: 'debug',
    when: 'When a fact shall be in every snapshot of its identity, whatever its value will be.',
    says: 'A fact of {id} is pinned.',
  },
  'identity.fact-unpinned': {
    level: 'debug',
    when: 'When a fact need not be in every snapshot any more.',
    says: 'A fact of {id} is no longer pinned.',
  },
  'identity.pointers-checked': {
    level: 'debug',
    when: 'When it was looked what became of the artifacts behind pointers of an identity.',
    says: '{checked.length} pointers of {id} were looked at.',
  },
  'interaction.recorded': {
    level: 'debug',
    when: 'When something was said between us and an identity: a mail, a call, a note of the operator.',
    says: 'An interaction by {channel} is recorded.',
  },
  'commitment.made': {
    level: 'info',
    when: 'When we promise something to an identity, or it to us.',
    says: 'Commitment {commitment} is made.',
  },
  'commitment.kept': {
    level: 'info',
    when: 'When a commitment is fulfilled.',
    says: 'Commitment {commitment} is kept.',
  },
  'commitment.dropped': {
    level: 'info',
    when: 'When a commitment no longer holds.',
    says: 'Commitment {commitment} is dropped.',
  },
  'memory.put': {
    level: 'debug',
    when: 'When a run puts something into its working memory.',
    says: 'Something is kept in mind.',
  },
  'memory.dropped': {
    level: 'debug',
    when: 'When a run takes something out of its working memory, or it has to make room.',
    says: 'Something is no longer kept in mind.',
  },
  'memory.distilled': {
    level: 'info',
    when: 'When old interactions of an identity were made into facts and counts.',
    says: '{read} events were distilled into {facts.length} facts.',
  },
  'knowledge.changed': {
    level: 'info',
    when: 'When a file of knowledge has another content than before, is new, or is gone.',
    says: 'A file of knowledge has changed.',
  },
  'knowledge.used': {
    level: 'debug',
    when: 'When a run is given a version of knowledge that it was not given before.',
    says: 'A run uses {path}.',
  },
  'knowledge.proposed': {
    level: 'info',
    when: 'When something learned is proposed as knowledge.',
    says: 'Knowledge is proposed: {proposal}.',
  },
  'knowledge.decided': {
    level: 'info',
    when: 'When the operator accepts or refuses proposed knowledge.',
    says: 'Proposal {proposal} is decided.',
  },
} as const satisfies Record<string, EventEntry>
