// That no process can be started, that none is free, or that a wall is missing, is the machine's doing; a plan that does not hold is its
// planner's.
const own = /^(agent\.|plan\.not-produced$|sandbox\.(?!unavailable$|busy$|no-wall$))/

/** Whether a fault is the doing of the version that ended with it. */
export function isOwnFault(code: string): boolean {
  return own.test(code)
}
