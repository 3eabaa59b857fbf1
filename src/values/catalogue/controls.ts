import type { Entry } from './entry.ts'

/** What the operator throttles, schedules, downgrades or stops at run time. */
export const controlFaults = {
  'control.stopped': {
    retry: 'later',
    says: '{scope} is stopped: {why}.',
    next: "It waits, and no try is used up. It goes on once the stop is lifted: 'soloist control lift {control}'.",
  },
  'control.closed': {
    retry: 'later',
    says: '{scope} works only in {hours}: {why}.',
    next: "It begins at {at}; or now, with 'soloist control lift {control}'.",
  },
  'control.throttled': {
    retry: 'later',
    says: '{scope} may have {most} an hour, and had {used}: {why}.',
    next: "It begins at {at}; or now, with 'soloist control lift {control}' or another 'soloist control throttle'.",
  },
  'control.too-dear': {
    retry: 'later',
    says: 'One call of {task} may cost {needed}, more than the {most} that {scope} may spend in an hour: {why}.',
    next: "Allow more with 'soloist control throttle {scope} --usd AMOUNT', or lift it with 'soloist control lift {control}'.",
  },
  'control.unfit': {
    retry: 'never',
    says: '{scope} cannot be put under this {kind}: {why}.',
    next: "Nothing was changed. 'soloist control {kind} --help' shows an example.",
  },
  'control.over': {
    retry: 'never',
    says: 'Control {control} holds no more.',
    next: "What holds is listed by 'soloist control list'.",
  },
} as const satisfies Record<string, Entry>
