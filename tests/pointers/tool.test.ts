import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { folder } from '../../src/adapters/documents/folder.ts'
import { pointers } from '../../src/adapters/ports/pointers.ts'
import { ownPointers } from '../../src/os/pointers/own-pointers.ts'
import { workflow } from '../../src/planner/workflow.ts'
import { companyIdentity, type IdentityId } from '../../src/values/id.ts'
import { openTestCompany, type TestCompany } from '../executor/company.ts'

const reads = workflow(
  { name: 'reads', input: z.object({ who: z.string(), pointer: z.string() }), subject: (input) => input.get('who') },
  (flow, input) => flow.task('read', pointers.read, { pointer: input.get('pointer') }),
)

let company: TestCompany
let ana: IdentityId
beforeEach(async () => {
  company = await openTestCompany({ workflows: [reads], adapters: [folder(), ownPointers(() => company.kernel)] })
  mkdirSync(join(company.folder, 'knowledge'))
  writeFileSync(join(company.folder, 'knowledge/contract.md'), 'An hour is 80 euros.')
  const { store, identities } = company.kernel
  ana = await store.write((tx) => identities.create(tx, { kind: 'person', name: 'Ana', origin: 'operator' }))
})
afterEach(() => company.close())

const see = (identity: IdentityId) =>
  company.kernel.store.write((tx) =>
    company.kernel.identities.pointers.seen(tx, {
      ...{ identity, adapter: 'folder', externalId: 'contract.md', url: null, title: 'Contract', contentHash: null },
      origin: 'external',
    }),
  )

test('a task opens what belongs to whom it is about, by id or by name, and what it reads is from outside', async () => {
  const id = await see(ana)
  for (const pointer of [id, 'folder:contract.md']) {
    const run = await company.run('reads', { who: ana, pointer })
    expect(await company.output(run)).toEqual({
      ...{ pointer: 'folder:contract.md', title: 'Contract', url: null },
      ...{ text: 'An hour is 80 euros.', cut: false },
    })
    const [done] = (await company.events(run)).filter(({ kind }) => kind === 'task.done')
    expect(done?.origin).toBe('external')
  }
})

test('a task cannot open what belongs to somebody else', async () => {
  const id = await see(companyIdentity)
  for (const pointer of [id, 'folder:contract.md', 'nonsense']) {
    const run = await company.run('reads', { who: ana, pointer })
    expect((await company.fault(run))?.code).toBe('input.unknown')
  }
})
