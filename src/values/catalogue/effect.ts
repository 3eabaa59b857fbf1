import type { Entry } from './entry.ts'

/** Effects, and the adapters that perform them. */
export const effectFaults = {
  'effect.in-doubt': {
    retry: 'never',
    says: '{action} to {target} may or may not have happened.',
    next: "Look it up at the provider, then answer 'soloist decide {gate} --went-out' or '--did-not'.",
  },
  'effect.key-reused': {
    retry: 'never',
    says: 'The effect {key} was meant for other content.',
    next: 'The task is held. Cancel the run or undo it.',
  },
  'effect.not-undoable': {
    retry: 'never',
    says: '{action} cannot be undone.',
    next: 'Settle it at the provider, then tell Soloist: soloist decide {gate}.',
  },
  'adapter.missing': {
    retry: 'never',
    says: 'No adapter in the config performs {action}.',
    next: 'Add one to adapters in soloist.config.ts.',
  },
  'adapter.unreachable': {
    retry: 'later',
    says: '{adapter} does not answer: {why}.',
    next: 'It is tried again with growing pauses.',
  },
  'adapter.refused': {
    retry: 'never',
    says: '{adapter} refused {action}: {why}.',
    next: 'Correct the cause, then retry the task.',
  },
  'adapter.nonsense': {
    retry: 'never',
    says: '{adapter} answered {action} with something that it should not: {why}.',
    next: 'Check the provider; the task is kept and can be retried.',
  },
  'adapter.busy': {
    retry: 'later',
    says: '{adapter} asks us to wait: {why}.',
    next: 'It is tried again after the pause it asked for.',
  },
  'adapter.changed': {
    retry: 'never',
    says: '{adapter} no longer answers {action} in the shape that is read: {why}.',
    next: 'Nothing was done. Look whether the provider changed, and whether a newer Soloist knows it.',
  },
  'adapter.conflict': {
    retry: 'later',
    says: '{adapter} was changed by someone else at the same moment as {action}: {why}.',
    next: 'Nothing was done; it is looked at again and tried again.',
  },
  'adapter.stopped': {
    retry: 'later',
    says: '{adapter} was told to stop before it began {action}.',
    next: 'Nothing was done; it is done when the task goes on.',
  },
  'mail.refused': {
    retry: 'never',
    says: 'The server at {server} refused {address} ({why}).',
    next: "Correct the address with 'soloist identity', then 'soloist retry'.",
  },
  'newsletter.early': {
    retry: 'later',
    says: 'The issue is to go out at {at}, which is not yet.',
    next: 'It is sent then.',
  },
  'newsletter.changed': {
    retry: 'never',
    says: 'The draft {campaign} at {adapter} is not what was approved: {why}.',
    next: 'Nothing was sent. Put back there what you approved, or undo the run and begin again.',
  },
  'newsletter.grown': {
    retry: 'never',
    says: 'It would reach {now}, and the approval was for {approved} at most.',
    next: 'Nothing was sent. Retry the task: you are asked with the new number.',
  },
  'newsletter.left': {
    retry: 'never',
    says: '{member} left the audience before their letter was sent.',
    next: 'They get none. The others do.',
  },
  'feed.malformed': {
    retry: 'never',
    says: '{url} is not a feed that can be read: {why}.',
    next: 'Check the address; the other feeds were read.',
  },
  'fetch.refused': {
    retry: 'never',
    says: '{url} was not fetched: {why}.',
    next: 'Allow the address in the config, or use another.',
  },
  'fetch.failed': {
    retry: 'later',
    says: '{url} could not be fetched: {why}.',
    next: 'It is tried again with growing pauses.',
  },
  'fetch.gone': {
    retry: 'never',
    says: '{url} is gone: {why}.',
    next: 'Use another address.',
  },
  'source.changed': {
    retry: 'never',
    says: 'What this was made of is not what it was: {what}.',
    next: 'Look at it. Approve to let it go as it is, or reject to end it here.',
  },
  'document.outside': {
    retry: 'never',
    says: '{path} is outside the folder of documents.',
    next: 'Use a path inside it.',
  },
  'document.missing': {
    retry: 'never',
    says: 'There is no document {path}.',
    next: 'See what there is with documents.list, or put the file there.',
  },
  'document.changed': {
    retry: 'never',
    says: '{path} was changed by someone else after it was written.',
    next: 'It was left as it is. Look at it, and restore what you want by hand.',
  },
} as const satisfies Record<string, Entry>
