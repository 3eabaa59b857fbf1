import type { Kernel } from '../../executor/kernel.ts'
import type { Row } from '../../store/tables.ts'
import type { IdentityId } from '../../values/id.ts'
import { isoInstant } from '../../values/time.ts'
import { type Item, paged, pageSize } from './item.ts'

/** What left the company about them, letters among it, with what it said. */
export async function* lettersOf({ store, journal }: Kernel, id: IdentityId): AsyncGenerator<Item> {
  const rows = paged((after: Row<'effects'> | undefined) => {
    let select = store.read.selectFrom('effects').selectAll().where('subject', '=', id)
    if (after) select = select.where('intended_seq', '>', after.intended_seq)
    return select.orderBy('intended_seq').limit(pageSize).execute()
  })
  for await (const { action, adapter, state, intended_at, intended_seq } of rows) {
    const [event] = await journal.at([intended_seq])
    const content = event?.kind === 'effect.intended' ? (event.payload?.input ?? null) : null
    const at = isoInstant(intended_at)
    yield {
      data: { at, action, adapter, state, content },
      line: `${at}, ${action} by ${adapter} (${state}): ${JSON.stringify(content)}`,
    }
  }
}

/** The runs about them, with what these were given and gave. */
export async function* runsOf({ store, journal }: Kernel, id: IdentityId): AsyncGenerator<Item> {
  const rows = paged((after: Row<'runs'> | undefined) => {
    let select = store.read.selectFrom('runs').selectAll().where('subject', '=', id)
    if (after)
      select = select.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('started_at', 'id'), '>', tuple(after.started_at, after.id)),
      )
    return select.orderBy('started_at').orderBy('id').limit(pageSize).execute()
  })
  for await (const row of rows) {
    const events = await journal.at([row.input_seq, ...(row.output_seq === null ? [] : [row.output_seq])])
    const started = events.find((event) => event.kind === 'run.started')
    const done = events.find((event) => event.kind === 'run.done')
    const startedAt = isoInstant(row.started_at)
    const input = started?.payload?.input ?? null
    const output = done?.payload?.output ?? null
    const data = { run: row.id, workflow: row.workflow, state: row.state, startedAt, input, output }
    yield { data, line: `${startedAt}, ${row.workflow} (${row.state}): ${JSON.stringify(input)}` }
  }
}
