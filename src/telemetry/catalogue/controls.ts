import type { EventEntry } from './entry.ts'

/** What the operator throttles, schedules, downgrades or stops. */
export const controlEvents = {
  'control.set': {
    level: 'info',
    when: 'When a part of the company is throttled, kept to hours, downgraded or stopped at run time.',
    says: 'Control {control}: {rule.kind} of {scope}.',
  },
  'control.lifted': {
    level: 'info',
    when: 'When a control was lifted, replaced by another, or found to be over when it was.',
    says: 'Control {control} holds no more ({how}).',
  },
  'control.delayed': {
    level: 'info',
    when: 'When a run is started under a throttle of runs; and again where the time at which it may begin moves.',
    says: 'The run may begin when its throttle allows.',
  },
  'control.admitted': {
    level: 'debug',
    when: 'When a run that was started under a throttle begins.',
    says: 'The run begins under its throttle.',
  },
} as const satisfies Record<string, EventEntry>
