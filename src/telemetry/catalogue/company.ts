import type { EventEntry } from './entry.ts'

/** The company, its secrets, whom it knows, and who works for it. */
export const companyEvents = {
  'company.created': {
    level: 'info',
    when: 'Once, when the store of a new company is opened for the first time.',
    says: 'The company is made.',
  },
  'company.paused': {
    level: 'warning',
    when: 'When the operator, or a move, stops all effects and model calls.',
    says: 'The company is paused: nothing leaves, and no model is called.',
  },
  'company.resumed': {
    level: 'info',
    when: 'When the operator lets the company work again.',
    says: 'The company works again.',
  },
  'company.exported': {
    level: 'info',
    when: 'When an export begins: the archive holds this event itself.',
    says: 'An export begins, up to event {lastSeq}.',
  },
  'company.imported': {
    level: 'info',
    when: 'In the new folder, when an archive was imported.',
    says: 'The company was imported as epoch {epoch}, up to event {lastSeq}.',
  },
  'secret.set': {
    level: 'info',
    when: 'When a secret was put into the vault. Its value is nowhere here.',
    says: 'Secret {name} is set.',
  },
  'secret.removed': {
    level: 'info',
    when: 'When a secret was taken out of the vault.',
    says: 'Secret {name} is removed.',
  },
  'identity.created': {
    level: 'info',
    when: 'When the company first knows of somebody or something.',
    says: 'Identity {id} is made ({kind}).',
  },
  'identity.renamed': {
    level: 'info',
    when: 'When an identity gets another name.',
    says: 'Identity {id} has another name.',
  },
  'identity.handle-added': {
    level: 'info',
    when: 'When an identity is known by one more name in some system.',
    says: 'Identity {id} has one more handle ({system}).',
  },
  'identity.fact-recorded': {
    level: 'info',
    when: 'When something is learned of an identity; a newer value of a key supersedes the one before, unless that is of a better origin.',
    says: 'A fact of {id} is recorded ({key}).',
  },
  'identity.member-changed': {
    level: 'info',
    when: 'When a member joins an audience, leaves it, or cannot be reached.',
    says: 'Member {member} of {audience} is {status}.',
  },
  'identity.pointer-seen': {
    level: 'debug',
    when: 'When an artifact in another system is seen for the first time, or has changed.',
    says: 'Adapter {adapter} sees {pointer} of {id}.',
  },
  'identity.forgotten': {
    level: 'warning',
    when: 'When an identity is forgotten: its key is destroyed, its rows are gone.',
    says: 'Identity {id} is forgotten.',
  },
  'artifact.published': {
    level: 'info',
    when: 'When a version of an agent, a function, a skill or a file of knowledge is first used.',
    says: 'Version {version} of {kind} {name} is published.',
  },
} as const satisfies Record<string, EventEntry>
