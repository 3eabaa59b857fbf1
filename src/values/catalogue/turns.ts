import type { Entry } from './entry.ts'

/** Turns of agents: those that lead nowhere, those that wait for a batch. */
export const turnFaults = {
  'agent.looping': {
    retry: 'never',
    says: 'Agent "{agent}" was stopped after {turns} turns: {why}. It tried: {tried}.',
    next: "Correct its job, or what its tools tell it. 'soloist retry {task}' gives it another go from where it stood; 'soloist cancel {run}' ends the run.",
  },
  'model.batched': {
    retry: 'later',
    says: 'A turn of "{task}" waits in a batch of {model}, at its lower price.',
    next: 'It goes on by itself when the answer is there, within a day; it is looked at again at {at}.',
  },
} as const satisfies Record<string, Entry>
