import { groupOf } from '../../identity/group.ts'
import { refuse } from '../../values/fault.ts'
import { companyIdentity, type IdentityId } from '../../values/id.ts'
import type { Company } from '../commands.ts'
import { type Finished, finishForgetting } from './finish-forgetting.ts'
import { findMentions, type Mentions } from './mentions.ts'
import { beginForgetting } from './pending.ts'
import { type Survey, survey } from './survey.ts'
import { cancelOpenRuns, refuseInDoubt, refuseUnfinished } from './unfinished.ts'

export interface ForgetOptions {
  /** Only looks: what is held, what stands in the way, and who else's history names them. */
  readonly dryRun: boolean
  /** Cancels the runs about them that are not over. */
  readonly cancelRuns: boolean
}

/** What was forgotten, or would be. What it found was read before: after that nobody can. */
export interface Forgetting extends Survey {
  readonly dryRun: boolean
  /** Only of a dry run, for it takes a look at every event. */
  readonly mentions: Mentions | null
  /** `null` of a dry run. */
  readonly finished: Finished | null
}

/**
 * Forgets someone, under all the records that are theirs, for ever: keys, rows, full text, letters that adapters still have. Once it
 * has begun it is finished, whoever dies on the way. Faults: `identity.unknown`, `vault.forgotten`, `identity.busy`,
 * `identity.in-doubt`, `input.invalid` for the company itself.
 */
export async function forgetIdentity(
  company: Company,
  who: IdentityId,
  { dryRun, cancelRuns }: ForgetOptions,
): Promise<Forgetting> {
  const { kernel } = company
  const ids = await groupOf(kernel.store.read, who)
  await refuseUnforgettable(company, ids)
  const found = await survey(company, ids)
  if (dryRun) return { ...found, dryRun, mentions: await findMentions(company, ids), finished: null }
  if (cancelRuns) {
    await refuseInDoubt(kernel.store.read, ids)
    await cancelOpenRuns(company, ids)
  }
  await kernel.store.write(async (tx) => {
    await refuseUnfinished(tx.db, ids)
    await beginForgetting(tx, ids)
  })
  const finished = await finishForgetting(company, ids, 'refuse')
  if (!finished.clean) company.chores.nudge()
  return { ...found, dryRun, mentions: null, finished }
}

async function refuseUnforgettable({ kernel }: Company, ids: readonly [IdentityId, ...IdentityId[]]): Promise<void> {
  if (ids.includes(companyIdentity)) {
    refuse('input.invalid', { what: 'The company itself', why: 'everything else belongs to it' })
  }
  const rows = await kernel.store.read
    .selectFrom('identities')
    .select('name')
    .where('id', 'in', [...ids])
    .execute()
  if (rows.length === 0) refuse('identity.unknown', { handle: ids[0] })
  if (rows.every((row) => row.name === null)) refuse('vault.forgotten', { identity: ids[0] })
}
