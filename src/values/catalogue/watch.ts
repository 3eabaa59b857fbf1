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
} as const satisfies Record<string, Entry>
