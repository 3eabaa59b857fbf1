import { accountOf } from '../../models/ladder.ts'
import type { Models } from '../../models/model.ts'
import type { Degradation } from '../../telemetry/ladder-event.ts'

/** What of the company does not work now, as far as it is known. */
export interface Standing {
  readonly models: Models
  /** The accounts that are shut: as `accountOf` names them, and `adapter:NAME`. */
  readonly shut: Iterable<string>
  /** Free bytes, once there are too few. */
  readonly lowDisk: number | undefined
}

const adapterMark = 'adapter:'

/**
 * Why the company is degraded: each tier that the config serves and none of whose own accounts is open (that a lower tier would answer
 * does not count), each adapter that is left alone, a disk that is nearly full.
 */
export function degradations({ models, shut, lowDisk }: Standing): readonly Degradation[] {
  const closed = new Set(shut)
  const tiers = Object.entries(models).flatMap(([tier, choices]): Degradation[] => {
    const accounts = [...new Set((choices ?? []).map((choice) => accountOf(models, choice) ?? choice.provider))]
    return accounts.length > 0 && accounts.every((account) => closed.has(account))
      ? [{ because: 'tier', tier, accounts }]
      : []
  })
  const adapters = [...closed].filter((account) => account.startsWith(adapterMark)).sort()
  return [
    ...tiers,
    ...adapters.map((account): Degradation => ({ because: 'adapter', adapter: account.slice(adapterMark.length) })),
    ...(lowDisk === undefined ? [] : [{ because: 'disk', freeBytes: lowDisk } as const]),
  ]
}

/** True when nothing changed but how many bytes are free. */
export function sameReasons(some: readonly Degradation[], others: readonly Degradation[]): boolean {
  return some.map(nameOf).join() === others.map(nameOf).join()
}

const megabyte = 2 ** 20

/** The reasons in a sentence, for the operator. */
export function sayReasons(reasons: readonly Degradation[]): string {
  return reasons.map(sayReason).join('; ')
}

function sayReason(reason: Degradation): string {
  switch (reason.because) {
    case 'tier':
      return `no model of the tier ${reason.tier} answers (${reason.accounts.join(', ')})`
    case 'adapter':
      return `${reason.adapter} does not answer`
    case 'disk':
      return `the disk has only ${Math.floor(reason.freeBytes / megabyte)} MB left`
    default:
      return reason satisfies never
  }
}

function nameOf(reason: Degradation): string {
  switch (reason.because) {
    case 'tier':
      return `tier ${reason.tier}`
    case 'adapter':
      return `adapter ${reason.adapter}`
    case 'disk':
      return reason.because
    default:
      return reason satisfies never
  }
}
