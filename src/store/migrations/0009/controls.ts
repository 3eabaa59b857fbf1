/** What the operator throttles, schedules, downgrades or stops at run time. */
export const controls = ''
