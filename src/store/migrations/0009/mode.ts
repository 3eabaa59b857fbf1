/** Since when the company is degraded, and why. */
export const mode = ''
