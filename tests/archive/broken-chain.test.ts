import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { Refusal } from '../../src/values/fault.ts'
import { instant } from '../../src/values/time.ts'
import { newCompany } from './company.ts'

test('a company whose journal was changed says where, and nothing is verified', async () => {
  const { os, kernel } = await newCompany()
  const { events } = await os.verify()
  await kernel.store.write(async (tx) => {
    await sql`DROP TRIGGER events_are_final_update`.execute(tx.db)
    await tx.db
      .updateTable('events')
      .set({ at: instant(1) })
      .where('seq', '=', events)
      .execute()
  })
  const told = await os.verify().catch((error: unknown) => error)
  expect(told instanceof Refusal && told.fault).toMatchObject({
    code: 'journal.broken',
    about: { seq: String(events) },
  })
})
