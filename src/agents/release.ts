import type { Store, Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import type { Draft, Released } from '../telemetry/event.ts'
import type { Journal } from '../telemetry/journal.ts'
import { companyIdentity, type Ids, type ReleaseId } from '../values/id.ts'
import type { Clock } from '../values/time.ts'
import { demandShares, type Share } from './shares.ts'

/** What the operator said of an agent's versions; the newest holds. */
export interface Release extends Row<'releases'> {
  readonly shares: readonly Share[]
  /** Hashes of the versions that it withdraws. */
  readonly withdraws: readonly string[]
}

/** A release on its way. `versions` says which version each hash is. */
export interface NewRelease extends Pick<Release, 'agent' | 'kind' | 'cause' | 'undoes' | 'shares' | 'withdraws'> {
  readonly why: string
  /** The operator, unless said. */
  readonly by?: Release['by']
  readonly versions: ReadonlyMap<string, number>
}

/** The releases of the company's agents. What holds is in memory: asking costs a run that uses none nothing. */
export interface Releases {
  /** The newest release of an agent; `undefined` while there is none, and what the folder has takes all. */
  current(agent: string): Release | undefined
  /** The release that withdrew this version, unless it was released again since. */
  withdrawal(hash: string): Release | undefined
  /** All releases of an agent, newest first. */
  history(agent: string): Promise<Release[]>
  /** Holds from the COMMIT on. Fault: `release.bad-shares`. */
  make(tx: Tx, release: NewRelease): Promise<ReleaseId>
}

export interface ReleaseFoundation {
  readonly store: Store
  readonly journal: Journal
  readonly ids: Ids
  readonly clock: Clock
}

/** Reads what holds. */
export async function openReleases(foundation: ReleaseFoundation): Promise<Releases> {
  const { store } = foundation
  const standing = new Standing()
  const rows = await store.read.selectFrom('releases').selectAll().orderBy('seq').execute()
  for (const release of rows.length === 0 ? [] : await whole(store, rows)) standing.take(release)
  return {
    current: (agent) => standing.newest.get(agent),
    withdrawal: (hash) => standing.withdrawn.get(hash),
    async history(agent) {
      const all = store.read.selectFrom('releases').selectAll().where('agent', '=', agent).orderBy('seq', 'desc')
      return whole(store, await all.execute())
    },
    async make(tx, release) {
      const made = await write(foundation, tx, release)
      tx.afterCommit(() => standing.take(made))
      return made.id
    },
  }
}

/** What follows from the releases, taken in their order. */
class Standing {
  readonly newest = new Map<string, Release>()
  readonly withdrawn = new Map<string, Release>()

  take(release: Release): void {
    this.newest.set(release.agent, release)
    for (const { hash } of release.shares) this.withdrawn.delete(hash)
    for (const [hash, by] of this.withdrawn) if (by.id === release.undoes) this.withdrawn.delete(hash)
    for (const hash of release.withdraws) this.withdrawn.set(hash, release)
  }
}

async function whole({ read }: Store, rows: readonly Row<'releases'>[]): Promise<Release[]> {
  const ids = rows.map((row) => row.id)
  const shares = await read.selectFrom('release_shares').selectAll().where('release_id', 'in', ids).execute()
  const gone = await read.selectFrom('withdrawals').selectAll().where('release_id', 'in', ids).execute()
  return rows.map((row) => ({
    ...row,
    shares: shares.filter((one) => one.release_id === row.id).map(({ hash, share }) => ({ hash, share })),
    withdraws: gone.filter((one) => one.release_id === row.id).map((one) => one.hash),
  }))
}

async function write({ journal, ids, clock }: ReleaseFoundation, tx: Tx, release: NewRelease): Promise<Release> {
  const { agent, kind, cause, undoes, shares, withdraws, why, by = 'operator' } = release
  if (kind === 'shares') demandShares(agent, shares)
  const id = ids.next('rel')
  const versioned = shares.map((one) => ({ ...one, version: release.versions.get(one.hash) ?? 0 }))
  const payload: Released = { release: id, agent, kind, shares: versioned, why }
  const event =
    undoes === null
      ? cause === 'withdraw'
        ? { kind: 'release.withdrawn', payload: { ...payload, withdrawn: withdraws } }
        : { kind: 'release.set', payload }
      : { kind: 'release.undone', payload: { ...payload, undoes } }
  const seq = await journal.append(tx, { ...event, subject: companyIdentity, origin: by } as Draft)
  const row: Row<'releases'> = { id, agent, kind, cause, undoes, by, made_at: clock.now(), seq }
  await tx.db.insertInto('releases').values(row).execute()
  for (const one of shares)
    await tx.db
      .insertInto('release_shares')
      .values({ release_id: id, ...one })
      .execute()
  for (const hash of withdraws) await tx.db.insertInto('withdrawals').values({ release_id: id, hash }).execute()
  return { ...row, shares, withdraws }
}
