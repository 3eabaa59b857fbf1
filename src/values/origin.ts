/** Where a value came from. What is made out of external text is external; nothing cleans it. */
export type Origin = 'operator' | 'system' | 'external'

export const origins = ['operator', 'system', 'external'] as const satisfies readonly Origin[]

const badness: Record<Origin, number> = { operator: 0, system: 1, external: 2 }

/** The worst of some origins: `external` beats `system` beats `operator`. Nothing given is `system`: it came from our own code. */
export function worstOrigin(given: Iterable<Origin>): Origin {
  let worst: Origin | undefined
  for (const origin of given) if (worst === undefined || badness[origin] > badness[worst]) worst = origin
  return worst ?? 'system'
}
