import type { Entry } from './entry.ts'

/** Releases: which version of an agent does its work. */
export const releaseFaults = {
  'release.bad-shares': {
    retry: 'never',
    says: 'The shares of {agent} cannot stand: {why}.',
    next: "Give whole percents that sum to 100: 'soloist release set {agent} 3=90 4=10 --why REASON'.",
  },
  'release.none': {
    retry: 'never',
    says: 'No version of {agent} takes new runs: {why}.',
    next: "Nothing was started. Release a version with 'soloist release set {agent} VERSION=100 --why REASON'.",
  },
  'release.withdrawn': {
    retry: 'never',
    says: 'Version {version} of {agent}, which {run} is pinned to, was withdrawn: {why}',
    next: "Approve to go on with it all the same, take another with 'soloist release move {run} {agent} VERSION --why REASON', or end it with 'soloist cancel {run}'.",
  },
  'release.needs-code': {
    retry: 'never',
    says: 'Version {version} of {agent} cannot run from what is kept of it: {why}.',
    next: "Put what is missing back into the company's folder, or use another version.",
  },
  'release.unfit': {
    retry: 'never',
    says: 'Version {version} of {agent} does not fit {plan}: {why}',
    next: 'Change the workflow, or use another version.',
  },
  'release.not-possible': { retry: 'never', says: '{agent} cannot be {verb}: {why}.', next: '{hint}' },
} as const satisfies Record<string, Entry>
