import { expect, test } from 'vitest'
import { cancelRun } from '../../src/executor/cancel-run.ts'
import type { Health } from '../../src/os/queries/health.ts'
import { nextWanted } from '../../src/os/webhooks/deliver.ts'
import type { Row } from '../../src/store/tables.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import type { RunId, TaskId } from '../../src/values/id.ts'
import { usd } from '../../src/values/money.ts'
import { openWith, saysVersion, writeEval } from './company.ts'

type Company = Awaited<ReturnType<typeof openWith>>

/** A company whose model gives nothing usable any more, with a task of work, one of an eval and one of a replay that failed. */
async function failing() {
  const model = scriptedModel(({ index }) => (index === 0 ? { output: { body: 'v4' } } : { text: 'nothing' }))
  const company = await openWith({ model })
  writeEval(company.folder, saysVersion('v4'))
  await company.run('write')
  const work = await company.run('write')
  const { run: evaluated } = await company.os.evals.start({
    eval: 'says',
    answers: 'models',
    record: false,
    limit: usd(1),
  })
  const { runs } = await company.call<{ runs: [RunId] }>('agents.replay', { agent: 'writer', version: '4', runs: 1 })
  const wanted = [work, evaluated, runs[0]]
  for (let look = 0; look < 20 && (await openOf(company, wanted)) > 0; look += 1) {
    await company.clock.advance(600_000 as never)
    await company.os.idle()
  }
  return { company, work, evaluated, replayed: runs[0] }
}

const openOf = async ({ kernel }: Company, runs: readonly RunId[]) =>
  (await Promise.all(runs.map((run) => kernel.readRun(run)))).filter(({ state }) => state === 'running').length

const minutesOf = ({ kernel }: Company) => kernel.store.read.selectFrom('upkeep_minutes').selectAll().execute()

test('what fails in practice does not wait for the operator; work that fails does', async () => {
  const { company, work } = await failing()
  const health = await company.call<Health>('company.health')
  expect(health.waiting.failed).toBe(1)
  const { items } = await company.call<{ items: { id: TaskId; run: RunId }[] }>('tasks.list')
  expect(items.map(({ run }) => run)).toEqual([work])
})

test('retrying or cancelling practice is no mending of an agent or a workflow', async () => {
  const { company, work, evaluated, replayed } = await failing()
  await company.os.retry(evaluated)
  await company.os.retry(replayed)
  await cancelRun(company.kernel, evaluated, 'a test', 'operator')
  expect(await minutesOf(company)).toEqual([])
  await company.os.retry(work)
  expect((await minutesOf(company)).map(({ about, mended }) => [about, mended])).toEqual([
    ['agent:writer', 1],
    ['workflow:write', 1],
  ])
})

test('nobody outside is told of an eval', async () => {
  const company = await openWith()
  writeEval(company.folder, saysVersion('v4'))
  const before = await company.run('write')
  const { run } = await company.evaluate()
  const after = await company.run('write')
  const { store, journal } = company.kernel
  const told = new Set<RunId | null>()
  for (let seq: number | undefined = 0; seq !== undefined; ) {
    const subscription = { kinds: '["run.started","run.done","task.done"]', cursor_seq: seq } as Row<'subscriptions'>
    seq = await nextWanted(store.read, subscription)
    for (const event of await journal.at(seq === undefined ? [] : [seq])) told.add(event.run)
  }
  expect([...told]).toEqual([before, after])
  expect(told.has(run)).toBe(false)
})
