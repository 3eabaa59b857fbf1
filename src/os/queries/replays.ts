import type { ReplayId } from '../../values/id.ts'
import type { Os } from '../os.ts'
import type { Replayed } from '../trials/replayed.ts'
import { type Page, type Paging, pageOfRows } from './page.ts'

/** A replay without its tasks one by one. */
export type ReplayLine = Omit<Replayed, 'items'>

/** The replays of the company or of one agent, newest first: their ids sort by when they were made. */
export async function listReplays(
  os: Os,
  { agent, ...paging }: Paging & { readonly agent?: string | undefined },
): Promise<Page<ReplayLine>> {
  let select = os.store.read.selectFrom('replays').select('id')
  if (agent !== undefined) select = select.where('agent', '=', agent)
  if (paging.cursor !== undefined) select = select.where('id', '<', paging.cursor as ReplayId)
  const rows = await select
    .orderBy('id', 'desc')
    .limit(paging.limit + 1)
    .execute()
  const lines: ReplayLine[] = []
  for (const { id } of rows.slice(0, paging.limit)) {
    const { items: _, ...line } = await os.trials.replayed(id)
    lines.push(line)
  }
  return pageOfRows(rows, paging, ({ id }) => id, lines)
}
