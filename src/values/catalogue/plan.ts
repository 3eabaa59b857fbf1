import type { Entry } from './entry.ts'

/** Plans that cannot work, found before anything runs, and plans that no longer fit. */
export const planFaults = {
  'plan.cycle': {
    retry: 'never',
    says: 'Tasks need each other in a circle: {path}.',
    next: 'Remove one of these edges.',
  },
  'plan.missing-input': {
    retry: 'never',
    says: 'Task "{task}" gets no "{input}", which {doer} needs.',
    next: 'Wire "{input}" to a value, the run\'s input or another task\'s output.',
  },
  'plan.extra-input': {
    retry: 'never',
    says: 'Task "{task}" gets "{input}", which {doer} does not take.{nearest}',
    next: 'Remove or rename it.',
  },
  'plan.wrong-type': {
    retry: 'never',
    says: 'Task "{task}": "{input}" should be {expected}, and {source} is {found}.',
    next: 'Wire something of the right type.',
  },
  'plan.unknown-doer': {
    retry: 'never',
    says: 'Task "{task}" is to be done by "{doer}", which nobody here is called.{nearest}',
    next: 'Use one of the agents, actions or functions that the plan may use.',
  },
  'plan.unknown-source': {
    retry: 'never',
    says: 'Task "{task}": "{input}" comes from "{source}", which is not in the plan.{nearest}',
    next: 'Wire it to a task that is.',
  },
  'plan.duplicate-name': {
    retry: 'never',
    says: 'Two tasks are called "{task}".',
    next: 'Rename one: names are unique and permanent.',
  },
  'plan.bad-name': {
    retry: 'never',
    says: '"{name}" cannot be a name in a plan: {why}.',
    next: 'Use small letters, digits and hyphens, at most 64, and a name of its own for each doer.',
  },
  'plan.bad-wire': {
    retry: 'never',
    says: 'Task "{task}": "{input}" cannot be wired so: {why}.',
    next: 'Pass a ref that the body around it can see, or a literal that is plain JSON.',
  },
  'plan.ungated': {
    retry: 'never',
    says: 'Task "{task}" does {action}, which is {risk}, and no gate before it shows the operator what is sent.',
    next: 'Put a gate that covers {action} on exactly what goes into it, and wire it from there.',
  },
  'plan.over-budget': {
    retry: 'never',
    says: 'The tasks may cost {sum}, more than the {limit} of the run.',
    next: 'Lower the budgets of the tasks or raise that of the run.',
  },
  'plan.bad-limit': { retry: 'never', says: 'Task "{task}": {why}.', next: 'Give a limit that makes sense.' },
  'plan.external-control': {
    retry: 'never',
    says: 'Task "{task}" would let text from outside {control}.',
    next: "Decide it from the operator's input or put a gate before it.",
  },
  'plan.stale': {
    retry: 'never',
    says: 'Task "{task}" no longer fits {doer}: {why}.',
    next: 'Retry the task after the doer takes this input again, or cancel the run.',
  },
  'plan.not-produced': {
    retry: 'now',
    says: 'The planner "{planner}" gave no usable plan: {why}.',
    next: 'It is asked again with this message, then the operator.',
  },
} as const satisfies Record<string, Entry>
