// That no process can be started, or that a wall is missing, is the machine's doing.
const own = /^(agent\.|sandbox\.(?!unavailable$|no-wall$))/

/** Whether a fault is the doing of the version that ended with it. */
export function isOwnFault(code: string): boolean {
  return own.test(code)
}
