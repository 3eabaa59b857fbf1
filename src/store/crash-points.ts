import { writeFileSync } from 'node:fs'
import type { CrashPoints } from './store.ts'

type Side = 'before' | 'after'
type Moment = 'commit' | 'call'

/**
 * Crash points from the environment, for tests that end the process at a durable moment of their choice:
 * `SOLOIST_CRASH=before:commit:17` (or `after:`, `:call:`) kills this process with SIGKILL before its 17th commit, counted from
 * 1; `SOLOIST_CRASH_COUNT=PATH` keeps in a file how many moments it reached, as `{"commit":40,"call":12}`. `undefined` when
 * neither is set, as in production. A spec that cannot be read throws a TypeError.
 */
export function crashPoints(env: Readonly<Record<string, string | undefined>>): CrashPoints | undefined {
  const { SOLOIST_CRASH: spec, SOLOIST_CRASH_COUNT: countPath } = env
  if (!spec && !countPath) return undefined
  const target = spec ? parseSpec(spec) : undefined
  // Counted on each side: calls overlap, and the third to come back need not be the third that went out.
  const reached = { before: { commit: 0, call: 0 }, after: { commit: 0, call: 0 } }
  const pass = (side: Side, moment: Moment): void => {
    reached[side][moment] += 1
    if (countPath) writeFileSync(countPath, JSON.stringify(reached.before))
    const hit = target?.side === side && target.moment === moment && target.nth === reached[side][moment]
    if (hit) process.kill(process.pid, 'SIGKILL')
  }
  return { before: (moment) => pass('before', moment), after: (moment) => pass('after', moment) }
}

function parseSpec(spec: string): { side: Side; moment: Moment; nth: number } {
  const [, side, moment, nth] = /^(before|after):(commit|call):([1-9]\d*)$/.exec(spec) ?? []
  if (!side) throw new TypeError(`SOLOIST_CRASH is before|after:commit|call:N, not "${spec}"`)
  return { side: side as Side, moment: moment as Moment, nth: Number(nth) }
}
