import type { Kernel } from '../../executor/kernel.ts'
import { companyIdentity } from '../../values/id.ts'
import { hours, type Instant, later } from '../../values/time.ts'

/**
 * Counts what was not signed. The first of a source is told in the journal at once, the rest at most once an hour, as a number:
 * whoever knocks all day writes two dozen events, not a full disk.
 */
export class Refusals {
  readonly #kernel: Pick<Kernel, 'store' | 'journal' | 'clock'>
  readonly #sources = new Map<string, { count: number; nextAt: Instant }>()

  constructor(kernel: Pick<Kernel, 'store' | 'journal' | 'clock'>) {
    this.#kernel = kernel
  }

  /** `source` is one of the config's; `why` is our own words. */
  async note(source: string, why: string): Promise<void> {
    const { store, journal, clock } = this.#kernel
    const now = clock.now()
    const known = this.#sources.get(source) ?? { count: 0, nextAt: now }
    this.#sources.set(source, known)
    known.count += 1
    if (now < known.nextAt) return
    const payload = { source, count: known.count, why }
    known.count = 0
    known.nextAt = later(now, tellEvery)
    await store.write((tx) =>
      journal.append(tx, { kind: 'webhook.refused', subject: companyIdentity, origin: 'system', payload }),
    )
  }
}

const tellEvery = hours(1)
