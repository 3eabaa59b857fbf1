import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { outputOf } from '../../src/executor/values.ts'
import { pure, workflow } from '../../src/index.ts'
import { openTestCompany, type TestCompany } from './company.ts'

let company: TestCompany
afterEach(() => company?.close())

const Given = z.object({ person: z.string() })
const greet = pure({ name: 'greet', does: 'Greets.', input: Given, output: z.string(), run: ({ person }) => person })
const greeted = workflow({ name: 'greeted', input: Given, subject: (given) => given.get('person') }, (flow, given) =>
  flow.task('greet', greet, { person: given.get('person') }),
)

test('what was about someone who is forgotten reads as a fault that says so', async () => {
  company = await openTestCompany({ workflows: [greeted] })
  const { store, identities, vault, journal } = company.kernel
  const ana = await store.write(async (tx) => {
    const id = await identities.create(tx, { kind: 'person', name: 'Ana', origin: 'operator' })
    await identities.handles.add(tx, id, 'ana@example.org', 'operator')
    return id
  })
  const run = await company.run('greeted', { person: 'ana@example.org' })
  await store.write((tx) => vault.destroyKey(tx, ana))
  const events = await journal.page({ after: 0, limit: 1000, run })
  const done = events.find((event) => event.kind === 'task.done')
  expect(() => outputOf(done!)).toThrow('vault.forgotten')
  expect(await company.output(run)).toBeUndefined()
})
