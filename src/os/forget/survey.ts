import { countHeld, type HeldCounts } from '../../identity/forget.ts'
import type { Row } from '../../store/tables.ts'
import type { IdentityId, RunId } from '../../values/id.ts'
import type { Company } from '../commands.ts'
import { type EarlierArchive, earlierArchives } from './archives.ts'
import { openEffects, openRuns } from './unfinished.ts'

/** What a company holds of someone, and what it cannot reach. */
export interface Survey {
  /** All the records that are theirs, the root first. */
  readonly identities: readonly IdentityId[]
  readonly held: HeldCounts
  /** Those that are not over. */
  readonly openRuns: readonly RunId[]
  /** How much to them is on its way or in doubt. */
  readonly openEffects: number
  /** Where their artifacts lie: to be cleared there, by hand. The pointers themselves are forgotten. */
  readonly pointers: readonly Pick<Row<'pointers'>, 'adapter' | 'external_id' | 'title' | 'url'>[]
  /** What was done to or for them, by which adapter; `clears`: it removes what it can by itself. */
  readonly sent: readonly {
    readonly adapter: string
    readonly action: string
    readonly count: number
    readonly clears: boolean
  }[]
  /** Made before, and holding them. */
  readonly archives: readonly EarlierArchive[]
}

/** More than this is counted, not listed. */
const mostListed = 1000

export async function survey(company: Company, ids: readonly IdentityId[]): Promise<Survey> {
  const { read } = company.kernel.store
  const pointers = read.selectFrom('pointers').select(['adapter', 'external_id', 'title', 'url'])
  const pageOfPointers = pointers
    .where('identity_id', 'in', [...ids])
    .orderBy('adapter')
    .limit(mostListed)
  return {
    identities: ids,
    held: await countHeld(read, ids),
    openRuns: (await openRuns(read, ids)).slice(0, mostListed).map((run) => run.id),
    openEffects: (await openEffects(read, ids)).length,
    pointers: await pageOfPointers.execute(),
    sent: await sentTo(company, ids),
    archives: await earlierArchives(company.kernel),
  }
}

async function sentTo({ kernel, adapters }: Company, ids: readonly IdentityId[]): Promise<Survey['sent']> {
  const rows = await kernel.store.read
    .selectFrom('effects')
    .select(({ fn }) => ['adapter', 'action', fn.countAll<number>().as('count')])
    .where('subject', 'in', [...ids])
    .where('state', 'in', ['done', 'undone'])
    .groupBy(['adapter', 'action'])
    .execute()
  const clearing = new Set(adapters.all.filter((open) => open.adapter.provider.forget).map((open) => open.adapter.name))
  return rows.map((row) => ({ ...row, count: Number(row.count), clears: clearing.has(row.adapter) }))
}
