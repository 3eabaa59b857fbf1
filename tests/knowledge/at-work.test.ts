import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { folder } from '../../src/adapters/documents/folder.ts'
import { documents } from '../../src/adapters/ports/documents.ts'
import { knowledge as port } from '../../src/adapters/ports/knowledge.ts'
import { undoRun } from '../../src/executor/undo.ts'
import { ownKnowledge } from '../../src/os/knowledge/own-knowledge.ts'
import { watchingKnowledge } from '../../src/os/knowledge/watching.ts'
import { workflow } from '../../src/planner/workflow.ts'
import { openTestCompany, type TestCompany } from '../executor/company.ts'
import { policy } from './company.ts'

const text = policy('80')

const reads = workflow({ name: 'reads', input: z.object({ path: z.string() }) }, (flow, input) =>
  flow.task('read', documents.read, { path: input.get('path') }),
)
const writes = workflow({ name: 'writes', input: z.object({ path: z.string(), text: z.string() }) }, (flow, input) =>
  flow.task('write', documents.write, { path: input.get('path'), text: input.get('text') }),
)
const proposes = workflow({ name: 'proposes', input: z.object({ text: z.string() }) }, (flow, input) =>
  flow.task('propose', port.propose, { path: 'prices.md', text: input.get('text'), why: 'Asked for' }),
)

let company: TestCompany
beforeEach(async () => {
  const own = ownKnowledge(() => company.kernel)
  company = await openTestCompany({ workflows: [reads, writes, proposes], adapters: [folder(), own] })
})
afterEach(() => company.close())

const write = (path: string, content: string): void => {
  const full = join(company.folder, 'knowledge', path)
  mkdirSync(dirname(full), { recursive: true })
  writeFileSync(full, content)
}
const read = (path: string): string => readFileSync(join(company.folder, 'knowledge', path), 'utf8')
const pins = () =>
  company.kernel.store.read
    .selectFrom('pins')
    .select(['run_id', 'name', 'hash'])
    .where('kind', '=', 'knowledge')
    .execute()

test('a run that reads knowledge as a document is pinned to the version that it read', async () => {
  write('prices.md', text)
  write('notes/a.md', 'A note.')
  const run = await company.run('reads', { path: 'prices.md' })
  const hash = (await company.kernel.knowledge.current()).get('prices.md')?.hash
  expect(await pins()).toEqual([{ run_id: run, name: 'prices.md', hash }])
  const used = (await company.events(run)).filter(({ kind }) => kind === 'knowledge.used')
  expect(used.map(({ payload }) => payload)).toEqual([{ path: 'prices.md', hash }])
  await company.run('reads', { path: 'notes/a.md' })
  expect(await pins()).toHaveLength(1)
})

test('a run that is given another version later is pinned to that, and the journal has both', async () => {
  write('prices.md', text)
  const run = await company.run('reads', { path: 'prices.md' })
  const { knowledge, store } = company.kernel
  const first = [...(await knowledge.current()).values()]
  write('prices.md', policy('90'))
  const second = [...(await knowledge.current()).values()]
  for (const files of [first, second, second]) await store.write((tx) => knowledge.pin(tx, run, files))
  expect((await pins())[0]?.hash).toBe(second[0]?.hash)
  const used = (await company.events(run)).filter(({ kind }) => kind === 'knowledge.used')
  expect(used).toHaveLength(2)
})

test('an action cannot write knowledge, new or in place of what is in force, and can write documents', async () => {
  write('prices.md', text)
  const run = await company.run('writes', { path: 'prices.md', text: 'Everything is free.' })
  expect((await company.fault(run))?.code).toBe('knowledge.by-proposal')
  const made = await company.run('writes', { path: 'new.md', text })
  expect((await company.fault(made))?.code).toBe('knowledge.by-proposal')
  expect(read('prices.md')).toBe(text)
  const note = await company.run('writes', { path: 'notes/b.md', text: '# A note' })
  expect(await company.stateOf(note)).toBe('done')
  expect([...(await company.kernel.knowledge.current()).keys()]).toEqual(['prices.md'])
})

test('an agent proposes through an action; the proposal knows its run, its subject and its origin, and undoing takes it back', async () => {
  const run = await company.start('proposes', { text }, 'external')
  await company.worker.idle()
  expect(await company.stateOf(run)).toBe('done')
  const [made] = (await company.events(run)).filter(({ kind }) => kind === 'knowledge.proposed')
  expect(made).toMatchObject({ origin: 'external', run, payload: { path: 'prices.md', body: text, why: 'Asked for' } })
  expect(await company.kernel.knowledge.current()).toEqual(new Map())
  await undoRun(company.kernel, run)
  await company.worker.idle()
  const { store, journal } = company.kernel
  expect(await store.read.selectFrom('proposals').select('state').execute()).toEqual([{ state: 'refused' }])
  const [decided] = await journal.page({ after: 0, limit: 10, kind: 'knowledge.decided' })
  expect(decided).toMatchObject({ origin: 'system', payload: { why: 'its run was undone' } })
})

test('a company at work reads a file that is changed, and tells of one that is wrong', async () => {
  const { knowledge, journal, clock } = company.kernel
  write('prices.md', text)
  const heard = new Map<string, () => void>()
  const changed = new Promise<void>((resolve) => heard.set('change', resolve))
  const place = join(company.folder, 'knowledge')
  const chore = watchingKnowledge(company.kernel, place, () => heard.get('change')?.())
  expect(await chore.nextDue()).toBe(clock.now())
  // Nobody has used anything of it yet: it is watched, and read when it is used or changed.
  await chore.perform()
  expect(await journal.page({ after: 0, limit: 10, kind: 'knowledge.changed' })).toHaveLength(0)
  expect(await chore.nextDue()).toBeUndefined()
  await knowledge.current()
  expect(await journal.page({ after: 0, limit: 10, kind: 'knowledge.changed' })).toHaveLength(1)
  write('prices.md', '---\nkind: polcy\n---\n')
  await changed
  expect(await chore.nextDue()).toBeGreaterThan(clock.now())
  await chore.perform()
  expect(chore.trouble?.()).toMatchObject({ code: 'knowledge.invalid' })
  chore.stop?.()
})
