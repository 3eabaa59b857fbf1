import type { Entry } from './entry.ts'

/** Budgets, models and the agents that spend on them. */
export const budgetFaults = {
  'budget.exhausted': {
    retry: 'later',
    says: '{scope} has {left} left of {limit}, and this step may cost {needed}.',
    next: "Raise it with 'soloist budget set {scope} AMOUNT'; the work then goes on.",
  },
  'budget.deferred': {
    retry: 'later',
    says: '{scope} has {left} left of {limit} in {period}, and this step may cost {needed}: it waits for {next}.',
    next: "It goes on by itself at {at}, or as soon as 'soloist budget set {scope} AMOUNT' allows it.",
  },
  'budget.not-held': {
    retry: 'never',
    says: 'Reservation {reservation} is {state}; it cannot be {verb}.',
    next: 'The attempt that made it was overtaken; the newer one reserves anew.',
  },
  'budget.unknown-price': {
    retry: 'never',
    says: 'The price of {model} is not known, so it cannot be reserved.',
    next: "Declare its price in the config (price: 'free' for a local one), or choose another model.",
  },
  'model.unreachable': {
    retry: 'later',
    says: '{model} does not answer: {why}.',
    next: 'It is tried again with growing pauses.',
  },
  'model.refused': {
    retry: 'never',
    says: '{model} refused the request: {why}.',
    next: 'Check the key and the model in the config, then retry the task.',
  },
  'model.no-tier': {
    retry: 'never',
    says: 'No model in the config serves the tier "{tier}".',
    next: 'Add one to models in soloist.config.ts.',
  },
  'agent.bad-output': {
    retry: 'now',
    says: 'Agent "{agent}" did not give what it promised, not even when asked again: {why}.',
    next: 'The task is tried again, then shown to you.',
  },
  'agent.too-many-turns': {
    retry: 'never',
    says: 'Agent "{agent}" took {turns} turns without an answer.',
    next: 'Simplify its job or raise maxTurns.',
  },
  'agent.missing-instructions': {
    retry: 'never',
    says: 'Agent "{agent}" is read from {path}, and there is no such file in agents/.',
    next: 'Put the file there.',
  },
  'agent.forbidden-tool': {
    retry: 'never',
    says: 'Agent "{agent}" asked for {tool}, which it may not use.',
    next: 'It is told so; nothing was done.',
  },
} as const satisfies Record<string, Entry>
