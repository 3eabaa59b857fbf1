/** Evals of versions, and how well what an agent says of its own sureness holds. */
export const evals = ''
