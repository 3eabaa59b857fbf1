import { expect, test } from 'vitest'
import type { ProposalId } from '../../src/values/id.ts'
import { found, newCompany, person } from './company.ts'
import type { Opened } from './open.ts'

const rule = (what: string) => `---\nkind: rule\ntitle: Replies\nalways: ${what}\n---\n`

async function proposed({ parts }: Opened, subject: Awaited<ReturnType<typeof person>>, path: string) {
  const given = {
    path,
    text: rule(`answer within a day (${path})`),
    why: 'Asked for',
    origin: 'external',
    subject,
  } as const
  return parts.kernel.knowledge.propose(given)
}

test('what was learned of someone and not accepted goes with them, the name of its file too; the rest stays', async () => {
  const ana = await newCompany()
  const { os, folder } = ana
  const rosa = await person(ana, 'Rosa', 'rosa@example.org')
  const bob = await person(ana, 'Bob', 'bob@example.org')
  const left: ProposalId[] = [await proposed(ana, bob, 'bob.md'), await proposed(ana, rosa, 'replies.md')]
  await os.knowledge.accept(left[1]!, 'Right')
  await proposed(ana, rosa, 'zqrosas-replies.md')
  await os.knowledge.refuse(await proposed(ana, rosa, 'zqrosas-other.md'), 'No')
  expect(found([folder], ['zqrosas'])).not.toEqual([])
  await os.forget(rosa, { dryRun: false, cancelRuns: false })
  const rows = await os.store.read.selectFrom('proposals').select('id').execute()
  expect(rows.map((row) => row.id).toSorted()).toEqual(left.toSorted())
  expect((await os.knowledge.current()).get('replies.md')?.origin).toBe('external')
  expect(found([folder], ['zqrosas'])).toEqual([])
})
