import type { Store } from '../../store/store.ts'
import type { Row } from '../../store/tables.ts'

/** The newest result of a version at an eval, whatever the eval was then; `undefined` when it was never put to it. */
export async function newestResult(
  { read }: Pick<Store, 'read'>,
  hash: string,
  name: string,
): Promise<Row<'eval_results'> | undefined> {
  return read
    .selectFrom('eval_results')
    .selectAll()
    .where('hash', '=', hash)
    .where('eval', '=', name)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
}
