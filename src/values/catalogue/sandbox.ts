import type { Entry } from './entry.ts'

/** The sandbox, and agents that are code. */
export const sandboxFaults = {
  'agent.bad-code': {
    retry: 'never',
    says: 'The code of agent "{agent}" cannot be used: {why}.',
    next: "It is one file without imports that exports 'run'. Correct it; docs/guide/sandbox.md shows one.",
  },
  'sandbox.failed': {
    retry: 'never',
    says: 'The code of {who} failed: {why}.',
    next: 'Correct the code, then start the run again.',
  },
  'sandbox.misfit': {
    retry: 'never',
    says: 'The code of {who} gave what does not fit its output: {why}.',
    next: 'It would give the same again. Correct the code, then start the run again.',
  },
  'sandbox.forbidden': {
    retry: 'never',
    says: 'The code of {who} asked for what it was not given: {what}.',
    next: 'It was stopped. If it should have that, grant it in the agent (allow, recall); otherwise look at who wrote the code.',
  },
  'sandbox.time': {
    retry: 'never',
    says: 'The code of {who} was stopped after {limit} of its own time without an end.',
    next: 'Look for a loop or a promise that nobody keeps. Waiting for models and actions does not count.',
  },
  'sandbox.cpu': {
    retry: 'never',
    says: 'The code of {who} was stopped after {limit} of the processor.',
    next: 'Look for a loop without an end, or give it less to work on.',
  },
  'sandbox.memory': {
    retry: 'never',
    says: 'The code of {who} was stopped at its {limit} of memory.',
    next: 'Give it less to work on, or let it keep less.',
  },
  'sandbox.output': {
    retry: 'never',
    says: 'The code of {who} was stopped because it wrote too much: {why}.',
    next: 'Let it say less: its output and what it asks for are at most 1 MiB each.',
  },
  'sandbox.protocol': {
    retry: 'never',
    says: 'The code of {who} was stopped because it does not speak as code of an agent does: {why}.',
    next: 'Code that only uses what it is given cannot do that: look at who wrote it.',
  },
  'sandbox.crashed': {
    retry: 'never',
    says: 'The process of {who} ended by itself ({how}).',
    next: 'Look into its code. The company is not touched by it.',
  },
  'sandbox.changed': {
    retry: 'never',
    says: 'The code of {who} asked for something else than in its last attempt: {what}.',
    next: "It must do the same for the same input and answers, or it cannot go on after a crash. Correct it; 'soloist run' starts anew.",
  },
  'sandbox.no-wall': {
    retry: 'never',
    says: 'The sandbox stands without one of its walls here, "{wall}" ({does}): {why}.',
    next: 'The others hold. docs/guide/sandbox.md says what this one is for, and how to have it.',
  },
  'sandbox.busy': {
    retry: 'never',
    says: '{who} had no turn in the sandbox while somebody waited for it.',
    next: "Retry it with 'soloist retry'. A fallback of the agent would have answered meanwhile; limits.sandbox in the config gives more room.",
  },
  'sandbox.unavailable': {
    retry: 'later',
    says: 'No process could be started for the code of {who}: {why}.',
    next: "It is tried again by itself. 'soloist doctor' shows what keeps it.",
  },
} as const satisfies Record<string, Entry>
