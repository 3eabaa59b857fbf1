import { sql } from 'kysely'
import type { Kernel } from '../../executor/kernel.ts'
import { compiled } from '../../store/compiled.ts'
import type { Tx } from '../../store/store.ts'
import { refuse } from '../../values/fault.ts'

/** Whoever starts a run asks here first: the one place where a pause is felt. Fault: `upkeep.not-possible`. */
export async function refusePaused({ store }: Pick<Kernel, 'store'>, workflow: string): Promise<void> {
  const about = `workflow:${workflow}`
  if (!(await standingPause({ db: store.read }, about))) return
  const hint = `Let it go on with 'soloist upkeep resume ${about} --why REASON'.`
  refuse('upkeep.not-possible', { about, verb: 'started', why: 'you paused it', hint })
}

/** The pause of a workflow that was not taken back. */
export function standingPause({ db }: Pick<Tx, 'db'>, about: string): Promise<{ seq: number } | undefined> {
  return standing.first(db, { about })
}

const standing = compiled((db, given: { about: string }) =>
  db.selectFrom('upkeep_pauses').select('seq').where('about', '=', given.about).where('ended_seq', 'is', sql.lit(null)),
)
