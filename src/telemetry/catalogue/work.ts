import type { EventEntry } from './entry.ts'

/** Runs and their tasks. */
export const workEvents = {
  'run.started': {
    level: 'info',
    when: 'When a plan was checked and stored with its tasks.',
    says: 'A run of {workflow} starts.',
  },
  'run.held': {
    level: 'info',
    when: 'When nothing of a run can go on before the operator decides.',
    says: 'The run waits for the operator.',
  },
  'run.resumed': {
    level: 'info',
    when: 'When a held or failed run goes on.',
    says: 'The run goes on.',
  },
  'run.done': {
    level: 'info',
    when: 'When the last task of a run is done.',
    says: 'The run is done.',
  },
  'run.failed': {
    level: 'error',
    when: 'When a run cannot go on because tasks failed.',
    says: 'The run failed: {tasks.length} tasks failed.',
  },
  'run.cancelled': {
    level: 'warning',
    when: 'When the operator ends a run.',
    says: 'The run is cancelled.',
  },
  'run.undoing': {
    level: 'warning',
    when: 'When the operator takes back what a run did.',
    says: 'What the run did is being taken back.',
  },
  'run.undo-held': {
    level: 'warning',
    when: 'When an undo waits for the operator.',
    says: 'The undo waits for the operator.',
  },
  'run.undone': {
    level: 'warning',
    when: 'When all that could be taken back was.',
    says: 'What the run did is taken back.',
  },
  'task.added': {
    level: 'debug',
    when: 'When tasks join a run: with the plan, when an `each` spreads, when a plan is grafted, for an undo.',
    says: '{tasks.length} tasks join the run.',
  },
  'task.ready': {
    level: 'debug',
    when: 'When all that a task needs is there.',
    says: 'The task is ready.',
  },
  'task.claimed': {
    level: 'debug',
    when: 'When a worker takes a task, under a lease and a new fence.',
    says: 'Attempt {attempt} begins under fence {fence}.',
  },
  'task.lost': {
    level: 'warning',
    when: 'When a lease ran out: the process that held it died or hangs.',
    says: 'The attempt under fence {fence} is lost; another one takes the task.',
  },
  'task.retried': {
    level: 'warning',
    when: 'When an attempt failed and another one will be made.',
    says: 'The attempt failed ({fault.code}); it is tried again.',
  },
  'task.postponed': {
    level: 'info',
    when: 'When an attempt could not begin its work yet, which counts as no try.',
    says: 'The task is put off ({fault.code}).',
  },
  'task.held': {
    level: 'info',
    when: 'When a task reaches a gate.',
    says: 'The task waits at gate {gate}.',
  },
  'task.resumed': {
    level: 'info',
    when: 'When the decision at its gate makes a task ready again.',
    says: 'Gate {gate} is answered; the task goes on.',
  },
  'task.spread': {
    level: 'debug',
    when: 'When an `each` or `plan` task now waits for the tasks that it made.',
    says: 'The task waits for {needs} tasks that it made.',
  },
  'task.waived': {
    level: 'debug',
    when: 'When a task that was skipped is no longer needed.',
    says: 'The task does without {need}.',
  },
  'task.returned': {
    level: 'info',
    when: 'When a gate sends work back: the gate waits for the task before it.',
    says: 'Gate {gate} sends the work back.',
  },
  'task.reworked': {
    level: 'info',
    when: 'When a task whose output was sent back is ready for its next round.',
    says: 'The task is done once more, after gate {gate}.',
  },
  'task.revived': {
    level: 'info',
    when: 'When the operator tries a failed task again.',
    says: 'The failed task is tried again.',
  },
  'task.done': {
    level: 'info',
    when: 'When a task gave its output.',
    says: 'The task is done after {worked} ms of work.',
  },
  'task.failed': {
    level: 'error',
    when: 'When a task failed and is not tried again by itself.',
    says: 'The task failed: {fault.code}.',
  },
  'task.skipped': {
    level: 'info',
    when: 'When a condition was not met, or what a task needs was skipped.',
    says: 'The task is skipped.',
  },
  'task.cancelled': {
    level: 'info',
    when: 'When a task ends with its run.',
    says: 'The task is cancelled.',
  },
} as const satisfies Record<string, EventEntry>
