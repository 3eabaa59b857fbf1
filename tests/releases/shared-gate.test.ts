import { afterEach, expect, test } from 'vitest'
import type { Attempt } from '../../src/executor/attempt.ts'
import { finish } from '../../src/executor/finish.ts'
import { runTask } from '../../src/executor/run-task.ts'
import { watchWorkTime } from '../../src/executor/work-time.ts'
import { seconds } from '../../src/values/time.ts'
import { flows, lived, openIn, type ReleaseCompany, writer } from './company.ts'

let company: ReleaseCompany
afterEach(() => company?.close())

/** A run whose two writers are about to begin with a version that was withdrawn. */
async function open() {
  company = await openIn(await lived([writer(3), writer(4)]), { workflows: flows(writer(4)) })
  const run = await company.run('pair')
  await company.call('releases.withdraw', { agent: 'writer', version: '4', why: 'it lies' })
  const [look] = await company.gates()
  await company.os.decide(look!.id, { verdict: 'approved' })
  return run
}
/** The attempts that a worker would make of the next so many tasks. */
async function claimed(max: number): Promise<Attempt[]> {
  const { kernel, clock } = company
  const tasks = await kernel.store.write((tx) => kernel.queue.claim(tx, { owner: 'test', max, lease: seconds(30) }))
  return Promise.all(
    tasks.map(async (task): Promise<Attempt> => {
      const [run, place] = [await kernel.readRun(task.run_id), await kernel.placeOf(task)]
      const { signal } = new AbortController()
      return {
        kernel,
        task,
        run,
        place,
        signal,
        leaving: () => false,
        time: watchWorkTime(clock, task, new AbortController()),
        steps: new Map(),
      }
    }),
  )
}
const states = async () => {
  const rows = await company.kernel.store.read.selectFrom('tasks').select(['name', 'state', 'gate_id']).execute()
  return Object.fromEntries(rows.map((row) => [row.name, row.gate_id === null ? row.state : 'held']))
}

test('one gate asks for all tasks of a run, and its answer lets all of them go on', async () => {
  const run = await open()
  await company.os.idle()
  const [gate, ...others] = await company.gates()
  expect(others).toEqual([])
  expect(await states()).toMatchObject({ left: 'held', right: 'held' })
  await company.os.decide(gate!.id, { verdict: 'approved' })
  await company.os.idle()
  expect(await states()).toMatchObject({ left: 'done', right: 'done' })
  expect(await company.body(run)).toMatch(/^v4/)
})

test('a task that comes to the gate after it was answered does not wait there', async () => {
  await open()
  const [look] = await claimed(1)
  await finish(look!, await runTask(look!))
  const [early, late] = await claimed(2)
  const ends = [await runTask(early!), await runTask(late!)]
  await finish(early!, ends[0]!)
  const [gate] = await company.gates()
  await company.os.decide(gate!.id, { verdict: 'approved' })
  await finish(late!, ends[1]!)
  expect(await states()).toMatchObject({ left: 'ready', right: 'ready' })
  await company.os.idle()
  expect(await states()).toMatchObject({ left: 'done', right: 'done' })
})
