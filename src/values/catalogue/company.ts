import type { Entry } from './entry.ts'

/** The company as a whole, and its desk. */
export const companyFaults = {
  'company.paused': {
    retry: 'later',
    says: 'The company is paused: {why}.',
    next: "Work waits; go on with 'soloist resume'.",
  },
  'desk.unreachable': {
    retry: 'later',
    says: 'The desk at {url} does not answer: {why}.',
    next: "See whether 'soloist start' still runs, then try again.",
  },
  'test.none': {
    retry: 'never',
    says: 'There is no test in {folder}.',
    next: 'Write one beside a workflow, such as workflows/newsletter.test.ts; docs/guide/testing.md shows how.',
  },
  'soloist.bug': {
    retry: 'never',
    says: 'Soloist itself went wrong: {why}.',
    next: 'What was not confirmed did not happen. Report it with what you did.',
  },
  'api.unauthorized': {
    retry: 'never',
    says: 'This request carries no valid token.',
    next: 'Send the token from .soloist/token as a Bearer token.',
  },
  'api.forbidden-origin': {
    retry: 'never',
    says: 'Requests from {origin} are not accepted.',
    next: 'Use the address that soloist start printed.',
  },
  'api.public-address': {
    retry: 'never',
    says: '{host} is a public address, and the desk has no authentication beyond its token.',
    next: 'Listen on 127.0.0.1 and put a tunnel or a proxy with authentication before it.',
  },
  'api.port-taken': {
    retry: 'never',
    says: 'Port {port} is taken.',
    next: "Choose another: 'soloist start --port {other}'.",
  },
} as const satisfies Record<string, Entry>
