/** Where a value came from. What is made out of external text is external; nothing cleans it. */
export type Origin = 'operator' | 'system' | 'external'

export const origins = ['operator', 'system', 'external'] as const satisfies readonly Origin[]

const badness: Record<Origin, number> = { operator: 0, system: 1, external: 2 }

/** Below zero when one comes from a better place than the other, zero when both from the same. */
export function compareOrigins(one: Origin, other: Origin): number {
  return badness[one] - badness[other]
}

/** The worst of some origins: `external` beats `system` beats `operator`. Nothing given is `system`: it came from our own code. */
export function worstOrigin(given: Iterable<Origin>): Origin {
  let worst: Origin | undefined
  for (const origin of given) if (worst === undefined || badness[origin] > badness[worst]) worst = origin
  return worst ?? 'system'
}
