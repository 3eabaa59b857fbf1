import type { Entry } from './entry.ts'

/** Runs, tasks and the queue. */
export const runFaults = {
  'run.not-possible': { retry: 'never', says: '{run} is {state}; it cannot {verb}.', next: '{hint}' },
  'task.not-possible': { retry: 'never', says: '{task} is {state}; it cannot {verb}.', next: '{hint}' },
  'task.not-due': { retry: 'later', says: 'Task "{task}" is due at {at}.', next: 'It goes on by itself.' },
  'task.over-time': {
    retry: 'later',
    says: 'Task "{task}" used up its {limit} of working time.',
    next: "Retry it, or give it more time in the workflow or to its agent: 'soloist retry {id}'.",
  },
  'task.cancelled': { retry: 'never', says: 'Task "{task}" was cancelled.', next: 'Nothing more will happen in it.' },
  'task.deadline': {
    retry: 'never',
    says: 'The run passed its deadline of {deadline} before task "{task}" was done.',
    next: "Start it again with 'soloist run', or undo what it did with 'soloist undo {run}'.",
  },
  'task.too-many-items': {
    retry: 'never',
    says: 'Task "{task}" got {count} items; its max is {max}.',
    next: 'Raise max in the workflow, or give it fewer.',
  },
  'queue.full': {
    retry: 'later',
    says: 'The queue already holds {depth} tasks; its limit is {limit}.',
    next: 'Nothing was started. Try again when some are done, or raise limits.depth in the config.',
  },
  'queue.stale-fence': {
    retry: 'never',
    says: 'Attempt {fence} of {task} was overtaken by a newer one.',
    next: 'Its result is dropped; the newer attempt goes on.',
  },
  'function.failed': {
    retry: 'never',
    says: 'Function "{name}" failed: {why}.',
    next: 'Correct the function and start the run again.',
  },
} as const satisfies Record<string, Entry>
