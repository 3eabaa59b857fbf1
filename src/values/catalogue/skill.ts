import type { Entry } from './entry.ts'

/** Skills of agents. */
export const skillFaults = {
  'skill.missing': {
    retry: 'never',
    says: 'Agent "{agent}" has the skill "{skill}", which is not at {path}.',
    next: "Put its folder there, with a SKILL.md, or take it out of the agent's skills.",
  },
  'skill.invalid': { retry: 'never', says: '{path} is no skill that can be used: {why}.', next: '{write}.' },
  'skill.forbidden': {
    retry: 'never',
    says: 'The skill "{skill}" declares {action}, which agent "{agent}" may not use.',
    next: "Add it to the agent's allow if you want that, or take it out of allowed-tools in {path}.",
  },
  'skill.undeclared': {
    retry: 'never',
    says: '{tool} cannot be used any more: the skill "{skill}" is open, and does not declare it.',
    next: 'The agent is told so; nothing was done. If the skill should use it, add it to allowed-tools in its SKILL.md.',
  },
} as const satisfies Record<string, Entry>
