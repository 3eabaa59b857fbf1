import type { Entry } from './entry.ts'

/** What is given to the company: input and configuration. */
export const inputFaults = {
  'input.not-json': {
    retry: 'never',
    says: '{source} is not JSON: {why}.',
    next: 'Correct it and give it again; nothing was changed.',
  },
  'input.invalid': {
    retry: 'never',
    says: '{what} does not fit: {why}.',
    next: 'Correct these fields and try again; nothing was changed.',
  },
  'input.unknown': {
    retry: 'never',
    says: 'There is no {kind} called "{name}".{nearest}',
    next: 'See what there is: {command}.',
  },
  'input.too-large': {
    retry: 'never',
    says: '{what} is {size}; the limit is {limit}.',
    next: 'Make it smaller or split it; nothing was changed.',
  },
  'config.missing': {
    retry: 'never',
    says: 'There is no soloist.config.ts in {folder}.',
    next: "Make a company here with 'soloist init', or name its folder with --company.",
  },
  'config.broken': {
    retry: 'never',
    says: '{file} cannot be loaded: {why}.',
    next: "Correct the file; 'soloist doctor' checks it again.",
  },
  'config.unknown-key': {
    retry: 'never',
    says: '{what} has a key "{key}" that means nothing.{nearest}',
    next: 'Rename or remove it.',
  },
  'init.occupied': {
    retry: 'never',
    says: '{folder} already holds {what}.',
    next: 'Nothing was changed. Choose another folder, or go on with what is there.',
  },
  'config.invalid': { retry: 'never', says: '{file}: {why}.', next: "Correct it; 'soloist doctor' checks it again." },
} as const satisfies Record<string, Entry>
