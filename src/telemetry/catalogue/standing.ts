import type { EventEntry } from './entry.ts'

/** What starts by itself, which versions of agents work, and the backups. */
export const standingEvents = {
  'schedule.set': {
    level: 'info',
    when: 'When a schedule is made or changed, by the config or by the operator.',
    says: 'Schedule {name} is set ({cron}, {timeZone}).',
  },
  'schedule.paused': {
    level: 'warning',
    when: 'When the operator pauses a schedule.',
    says: 'Schedule {name} is paused.',
  },
  'schedule.resumed': {
    level: 'info',
    when: 'When a paused schedule goes on.',
    says: 'Schedule {name} goes on.',
  },
  'schedule.removed': {
    level: 'info',
    when: 'When a schedule is taken away.',
    says: 'Schedule {name} is removed.',
  },
  'schedule.passed': {
    level: 'warning',
    when: 'When occurrences were missed and, by its catch-up, are not started.',
    says: 'Schedule {name} passes over what was missed until {until}.',
  },
  'schedule.refused': {
    level: 'error',
    when: 'When the run of an occurrence could not be started.',
    says: 'Schedule {name} could not start its run of {nominal}: {fault.code}.',
  },
  'release.set': {
    level: 'info',
    when: 'When the operator says which versions of an agent take which share of its work.',
    says: 'Release {release} of {agent} is in force.',
  },
  'release.withdrawn': {
    level: 'warning',
    when: 'When a version is withdrawn, by the operator or because it did worse at trial: no run takes it any more.',
    says: 'Release {release} withdraws a version of {agent}.',
  },
  'release.undone': {
    level: 'info',
    when: 'When the shares before are in force again.',
    says: 'Release {release} of {agent} undoes {undoes}.',
  },
  'release.drawn': {
    level: 'debug',
    when: 'When a run took one of the released versions. It keeps it to its end.',
    says: 'The run takes version {version} of {agent}.',
  },
  'release.moved': {
    level: 'warning',
    when: 'When the operator puts a run on another version.',
    says: 'The run moves to version {version} of {agent}.',
  },
  'company.backed-up': {
    level: 'info',
    when: 'When a backup was made, restored for a trial, and found whole.',
    says: 'A backup is made and was tried.',
  },
  'company.backup-failed': {
    level: 'error',
    when: 'When a backup could not be made, or did not pass its trial.',
    says: 'No backup could be made: {fault.code}.',
  },
  'company.backup-removed': {
    level: 'info',
    when: 'When an old backup is removed, after a newer one was tried.',
    says: 'An old backup is removed.',
  },
  'task.called': {
    level: 'info',
    when: 'When what a task waited for came before its time was up.',
    says: 'The task goes on with what it waited for.',
  },
  'task.restarted': {
    level: 'warning',
    when: 'When a task begins afresh with another version of its agent.',
    says: 'The task begins afresh.',
  },
} as const satisfies Record<string, EventEntry>
