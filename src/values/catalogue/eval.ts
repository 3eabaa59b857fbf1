import type { Entry } from './entry.ts'

/** Evals of versions of agents. */
export const evalFaults = {
  'eval.none': {
    retry: 'never',
    says: 'There is no eval {of}.',
    next: "Write one as evals/NAME.eval.ts; docs/guide/evals.md shows how. 'soloist eval' runs all.",
  },
  'eval.broken': {
    retry: 'never',
    says: '{file} cannot be used: {why}.',
    next: 'Nothing was asked. Correct the file.',
  },
  'eval.unfit': {
    retry: 'never',
    says: 'The case "{case}" of {eval} does not fit {agent}: {why}.',
    next: 'Nothing was asked. Correct the input of the case.',
  },
  'eval.not-recorded': {
    retry: 'never',
    says: 'What {who} is asked here was never recorded: its version, its input or what it is told of tools is another than then.',
    next: "Ask the models once, and keep their answers: 'soloist eval --record'. Then keep evals/recorded/ with your files.",
  },
  'eval.unfinished': {
    retry: 'later',
    says: 'The eval of {run} goes on when it can: {why}.',
    next: "It has no result yet. Look with 'soloist show {run}', or end it with 'soloist cancel {run}'.",
  },
  'eval.interrupted': {
    retry: 'never',
    says: 'The eval of {run} ended with the process that ran it.',
    next: "Nothing of it counts. Run it again with 'soloist eval'.",
  },
  'release.failing-eval': {
    retry: 'never',
    says: 'Version {version} of {agent} failed {eval}.',
    next: "Nothing was released. Make a version that passes; see why this one does not with 'soloist eval {agent} --version {hash}'.",
  },
  'release.unproven': {
    retry: 'never',
    says: 'Version {version} of {agent} has not passed {eval} as it is now.',
    next: "Nothing was released. Run 'soloist eval {agent} --version {hash}' first.",
  },
} as const satisfies Record<string, Entry>
