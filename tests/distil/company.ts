import { openBacklog } from '../../src/memory/distil/backlog.ts'
import type { By, Kept } from '../../src/memory/distil/keep-lesson.ts'
import { type Distil, openDistil } from '../../src/memory/distil.ts'
import type { IdentityId } from '../../src/values/id.ts'
import type { Origin } from '../../src/values/origin.ts'
import { days, instant } from '../../src/values/time.ts'
import { openCompany, start, type TestCompany } from '../identity/company.ts'

export interface Distilling extends TestCompany {
  readonly distil: Distil
  /** Says something, a minute after the last. */
  say(identity: IdentityId, text: string, more?: Said): Promise<number>
  /** Distils all that there is of an identity; gives what was written down for each stretch. */
  learn(identity: IdentityId, by?: By): Promise<Kept[]>
  /** The current facts, as `key: value`. */
  facts(identity: IdentityId): Promise<Record<string, unknown>>
}

export interface Said {
  readonly by?: 'us' | 'them'
  readonly who?: string
  readonly thread?: string
  readonly channel?: string
  readonly at?: number
  readonly origin?: Origin
}

export const day = (count: number): number => start + days(count)

/** A company whose history can be distilled. */
export async function openDistilling(): Promise<Distilling> {
  const company = await openCompany()
  const { store, identities } = company
  const backlog = openBacklog(store)
  const distil = openDistil(company, backlog, 'UTC')
  let minute = 0
  return {
    ...company,
    distil,
    say(identity, text, { by = 'them', channel = 'mail', at, origin = 'external', ...named } = {}) {
      minute += 1
      const when = instant(at ?? start + minute * 60_000)
      // What is said has been said: nothing here is of tomorrow.
      company.clock.set(Math.max(company.clock.now(), when))
      const said = { identity, channel, by, text, origin, at: when, ...named }
      return store.write((tx) => identities.interactions.record(tx, said))
    },
    async learn(identity, by = { by: 'extract' }) {
      const all: Kept[] = []
      for (;;) {
        const before = await distil.progress(identity)
        const record = await identities.get(identity)
        const wanted = { identity, of: record!.kind, after: before.until, before: instant(8e15) }
        const stretch = await distil.read(wanted)
        const kept = stretch && (await distil.keep(distil.lesson(stretch, before, distil.extract(stretch)), by))
        if (!kept) return all
        all.push(kept)
      }
    },
    async facts(identity) {
      const current = await identities.facts.current(identity, { limit: 500 })
      return Object.fromEntries(current.map(({ key, value }) => [key, value]))
    },
  }
}
