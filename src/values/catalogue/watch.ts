import type { Entry } from './entry.ts'

/** Telemetry, and what `soloist doctor` finds. */
export const watchFaults = {
  'telemetry.not-installed': {
    retry: 'never',
    says: 'soloist.config.ts asks for telemetry, and these packages are not installed: {packages}.',
    next: "Run 'npm install {install}' beside the config, or remove telemetry.otlp from it.",
  },
  'telemetry.unreachable': {
    retry: 'later',
    says: 'Traces and metrics do not reach {url}: {why}.',
    next: 'Work goes on, and what could not be sent is not kept. See whether the collector runs and takes OTLP over HTTP there.',
  },
  'telemetry.dropped': {
    retry: 'never',
    says: '{count} events were not told to the collector: too many waited.',
    next: 'The journal has them. Nothing is lost but spans.',
  },
  'doctor.old-node': {
    retry: 'never',
    says: 'This is Node {found}; Soloist needs {needed}.',
    next: "Install Node {needed}: 'npm install node@{needed}' beside the config does.",
  },
  'doctor.open-mode': {
    retry: 'never',
    says: '{path} can be read by others on this machine (mode {mode}).',
    next: "'soloist doctor --fix' makes it yours alone.",
  },
  'doctor.no-folder': {
    retry: 'never',
    says: 'The folder {path} is not there.',
    next: "'soloist doctor --fix' makes it.",
  },
  'doctor.left-behind': {
    retry: 'never',
    says: '{path} was left behind by a process that ended in the middle of its work.',
    next: '{next}',
  },
  'doctor.large-wal': {
    retry: 'never',
    says: 'What waits to be merged into the store has {size} MB: {path}.',
    next: "It shrinks by itself once nobody reads for long; 'soloist doctor --fix' merges it now.",
  },
  'doctor.low-disk': {
    retry: 'never',
    says: 'The disk that holds {path} has {free} MB left.',
    next: 'Make room before it is full: then runs stop where they are.',
  },
  'doctor.no-anchor': {
    retry: 'never',
    says: 'The last anchor of the journal is {behind} events behind: {path}.',
    next: "'soloist verify' writes one. If it does not, see whether that file can be written.",
  },
  'doctor.clock-back': {
    retry: 'later',
    says: 'The clock of this machine stands {by} before the last event of the journal.',
    next: 'Set the clock. Until then nothing that waits for a time falls due.',
  },
  'doctor.pending-migration': {
    retry: 'never',
    says: 'The store has schema {found}; this Soloist brings it to {known} when it next opens it.',
    next: 'Nothing is wrong. A copy of the store as it was is kept beside it. The company was not opened for this check.',
  },
  'doctor.one-account': {
    retry: 'never',
    says: 'All models are of one account, {account}: when it does not answer, no other does.',
    next: 'Name a model of another account in models of soloist.config.ts, or give your agents a fallback; docs/guide/models.md says how.',
  },
  'doctor.waiting-gates': {
    retry: 'never',
    says: '{count} gates have waited for you for more than {days} days.',
    next: "See them with 'soloist inbox'.",
  },
  'doctor.failed-tasks': {
    retry: 'never',
    says: '{count} tasks failed and are not tried again by themselves.',
    next: "See them with 'soloist runs --state failed', mend the cause, then 'soloist retry RUN'.",
  },
  'doctor.in-doubt': {
    retry: 'never',
    says: 'Of {count} effects nobody knows whether they happened.',
    next: "Look at the provider, then answer the gates in 'soloist inbox' with --went-out or --did-not. Where the run is over, 'soloist undo RUN' settles it.",
  },
} as const satisfies Record<string, Entry>
