import { DatabaseSync } from 'node:sqlite'
import { Kysely, SqliteDialect } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { inDoubt } from '../../src/cli/render/runs.ts'
import { maybeHappened, mayHaveHappened } from '../../src/executor/resolve-effect.ts'
import { company, milliseconds, workflow } from '../../src/index.ts'
import { rehearse } from '../../src/testing/index.ts'
import { provider, shop } from './shop.ts'

const once = { attempts: 1, first: milliseconds(1), factor: 1, most: milliseconds(1) }
const noting = workflow(
  { name: 'noting', input: z.object({ who: z.string() }), subject: (given) => given.get('who') },
  (flow, given) => flow.task('note', shop.note, { to: given.get('who'), text: 'hello' }, { retry: once }),
)
const config = company({
  name: 'Doubtful',
  operator: { name: 'Op', email: 'op@example.org', timeZone: 'UTC' },
  workflows: [noting],
  adapters: [],
})

interface Doctor {
  readonly checks: readonly { readonly fault: { readonly code: string } | null }[]
}

test('what may have happened in a run that is over is told, and undoing the run settles it', async () => {
  const corner = provider('key')
  corner.script = ['acts, then times out']
  await using stage = await rehearse(config, { adapters: [corner.adapter] })
  const ana = await stage.identity('person', 'Ana', 'ana@example.org')
  const run = await stage.run('noting', { who: 'ana@example.org' })
  expect(run.state).toBe('failed')
  expect(run.view.inDoubt).toBe(1)
  expect(inDoubt(run.view)).toMatch(/^One of its effects may or may not have happened\.\nNext: soloist undo run_/)
  const doubts = async () =>
    ((await stage.desk('company.doctor')) as unknown as Doctor).checks.filter(
      ({ fault }) => fault?.code === 'doctor.in-doubt',
    ).length
  expect(await doubts()).toBe(1)
  const forget = () => stage.desk('identities.forget', { identity: ana, dryRun: false, cancelRuns: false })
  const next = expect.stringContaining(`soloist undo ${run.id}`)
  await expect(forget()).rejects.toMatchObject({ fault: { code: 'identity.in-doubt', next } })

  await stage.desk('runs.undo', { run: run.id, dryRun: false })
  await stage.gate().approve()
  expect(run.state).toBe('undone')
  expect(run.effects().map(({ state }) => state)).toEqual(['unknown'])
  expect(run.view.inDoubt).toBe(0)
  expect(await doubts()).toBe(0)
  await forget()
})

test('what surely did not leave is in no doubt', async () => {
  const corner = provider('key')
  corner.script = ['refuses for now']
  await using stage = await rehearse(config, { adapters: [corner.adapter] })
  await stage.identity('person', 'Ana', 'ana@example.org')
  const run = await stage.run('noting', { who: 'ana@example.org' })
  expect(run.state).toBe('failed')
  expect(inDoubt(run.view)).toBeUndefined()
})

test('what was tried for the last time does not say that it is tried again, but how', async () => {
  const corner = provider('key')
  corner.script = ['refuses for now']
  await using stage = await rehearse(config, { adapters: [corner.adapter] })
  await stage.identity('person', 'Ana', 'ana@example.org')
  const run = await stage.run('noting', { who: 'ana@example.org' })
  expect(run.fault?.code).toBe('adapter.busy')
  expect(run.fault?.next).toMatch(/^It was tried once\. Once it can work again: 'soloist retry tsk_\w+'\.$/)
})

test('a query says as the code does whether an effect may have happened', () => {
  const database = new DatabaseSync(':memory:')
  onTestFinished(() => database.close())
  const { sql } = maybeHappened.compile(
    new Kysely({ dialect: new SqliteDialect({ database: async () => database as never }) }),
  )
  for (const state of ['intended', 'done', 'refused', 'unknown', 'undone'] as const)
    for (const fence of [0, 3]) {
      const row = database
        .prepare(`SELECT ${sql} AS may FROM (SELECT ? AS state, ? AS fence) AS effects`)
        .get(state, fence)
      expect([state, fence, row?.['may'] === 1]).toEqual([state, fence, mayHaveHappened({ state, fence })])
    }
})
