import type { EventEntry } from './entry.ts'

/** New versions of agents at trial, and old ones that change. */
export const trialEvents = {
  'trial.started': {
    level: 'info',
    when: 'When a new version takes a share of the work, or begins to repeat it beside the old one.',
    says: 'Version {version} of {agent} is at trial: {trial}.',
  },
  'trial.proposed': {
    level: 'info',
    when: 'When the version at trial did better than the old one, or no worse for long enough.',
    says: 'Version {version} of {agent} is proposed: {trial}.',
  },
  'trial.ended': {
    level: 'warning',
    when: 'When a trial ends: the version is promoted, withdrawn, or no longer tried.',
    says: 'The trial {trial} of version {version} of {agent} ends: {state} by {by}.',
  },
  'trial.resumed': {
    level: 'info',
    when: 'When the release that ended a trial is taken back: it goes on with what it has shown.',
    says: 'The trial {trial} of version {version} of {agent} goes on: {state}.',
  },
  'replay.started': {
    level: 'info',
    when: 'When a version is given recorded tasks again, without any effect.',
    says: 'Version {version} of {agent} repeats {tasks} tasks: {replay}.',
  },
  'agent.drifting': {
    level: 'warning',
    when: 'When a released version does worse than it did before.',
    says: 'Version {version} of {agent} does worse than it did.',
  },
} as const satisfies Record<string, EventEntry>
