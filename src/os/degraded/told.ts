import type { Store, Tx } from '../../store/store.ts'
import type { Journal } from '../../telemetry/journal.ts'
import type { Degradation, LadderEvents } from '../../telemetry/ladder-event.ts'
import { type Fault, Refusal } from '../../values/fault.ts'
import { companyIdentity } from '../../values/id.ts'
import type { Instant } from '../../values/time.ts'

/** One thing to be journalled; `stands` is what the company's row says from then on. */
export type Told =
  | { [K in 'breaker.opened' | 'breaker.closed']: { kind: K; payload: LadderEvents[K] } }[
      | 'breaker.opened'
      | 'breaker.closed']
  | { kind: 'company.degraded'; payload: LadderEvents['company.degraded']; since: Instant }
  | { kind: 'company.recovered'; payload: LadderEvents['company.recovered'] }

/** The row that outlives the process: what it was degraded by when it died. */
export interface Degraded {
  readonly reasons: readonly Degradation[]
  readonly since: Instant
}

const rowName = 'degraded'
// Of an outage of days during which nothing can be written, the latest is what matters.
const mostWaiting = 500

export async function readDegraded({ read }: Store): Promise<Degraded | undefined> {
  const row = await read.selectFrom('meta').select('value').where('name', '=', rowName).executeTakeFirst()
  return row && (JSON.parse(row.value) as Degraded)
}

/**
 * Writes down what is told, in its order, without keeping anybody waiting. What the store refuses is kept and written when it is asked to
 * again.
 */
export class Teller {
  readonly #store: Store
  readonly #journal: Journal
  #waiting: readonly Told[] = []
  #writing: Promise<void> | undefined
  #trouble: Fault | undefined
  #bug: { readonly bug: unknown } | undefined

  constructor(store: Store, journal: Journal) {
    this.#store = store
    this.#journal = journal
  }

  /** Why what waits could not be written. */
  get trouble(): Fault | undefined {
    return this.#trouble
  }

  tell(...told: readonly Told[]): void {
    this.#waiting = [...this.#waiting, ...told].slice(-mostWaiting)
    // A mistake of ours is thrown where somebody waits: at the next look, or at the end.
    this.write().catch((bug: unknown) => {
      this.#bug ??= { bug }
    })
  }

  /** Writes what waits; resolves when it is written, or refused. */
  async write(): Promise<void> {
    if (this.#bug) throw this.#bug.bug
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined
    })
    return this.#writing
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const batch = this.#waiting
        await this.#store.write(async (tx) => {
          for (const told of batch) await this.#writeOne(tx, told)
        })
        this.#waiting = this.#waiting.filter((told) => !batch.includes(told))
      }
      this.#trouble = undefined
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      this.#trouble = error.fault
    }
  }

  async #writeOne(tx: Tx, told: Told): Promise<void> {
    const { kind, payload } = told
    await this.#journal.append(tx, { kind, payload, subject: companyIdentity, origin: 'system' } as Parameters<
      Journal['append']
    >[1])
    if (told.kind === 'company.recovered') await tx.db.deleteFrom('meta').where('name', '=', rowName).execute()
    if (told.kind !== 'company.degraded') return
    const value = JSON.stringify({ reasons: told.payload.reasons, since: told.since } satisfies Degraded)
    await tx.db
      .insertInto('meta')
      .values({ name: rowName, value })
      .onConflict((clash) => clash.column('name').doUpdateSet({ value }))
      .execute()
  }
}
