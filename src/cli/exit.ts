import type { FaultCode } from '../values/fault.ts'

/** What the exit code of every command means. Permanent: scripts rely on it. */
export const exit = {
  /** Done. */
  ok: 0,
  /** Refused, or the run failed; the fault says why and what comes next. */
  fault: 1,
  /** The command was not understood; nothing was changed. */
  usage: 2,
  /** Done so far, and the run waits for the operator. */
  waits: 3,
  /** What was named does not exist. */
  notFound: 4,
  /** The company is open in another process that does not answer. */
  owned: 5,
  /** A mistake in Soloist itself (EX_SOFTWARE of sysexits.h). */
  bug: 70,
} as const

/** The exit code for a fault. */
export function exitOf(code: FaultCode): number {
  return byCode[code] ?? exit.fault
}

const byCode: Partial<Record<FaultCode, number>> = {
  'input.invalid': exit.usage,
  'input.not-json': exit.usage,
  'input.too-large': exit.usage,
  'input.unknown': exit.notFound,
  'control.unfit': exit.usage,
  'release.bad-shares': exit.usage,
  'identity.unknown': exit.notFound,
  'identity.no-audience': exit.notFound,
  'identity.no-merge': exit.notFound,
  'identity.no-relation': exit.notFound,
  'config.missing': exit.notFound,
  'test.none': exit.notFound,
  'eval.none': exit.notFound,
  'eval.unfinished': exit.waits,
  'store.owned': exit.owned,
  'soloist.bug': exit.bug,
}
