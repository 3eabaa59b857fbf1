import { afterEach, beforeEach, expect, test } from 'vitest'
import { operationNamed, operations } from '../../src/os/operations/registry.ts'
import { Refusal } from '../../src/values/fault.ts'
import { openTestCompany, type TestCompany } from './company.ts'
import { taskOf } from './run-rows.ts'

let desk: TestCompany
beforeEach(async () => {
  desk = await openTestCompany()
})
afterEach(() => desk.close())

// biome-ignore lint/suspicious/noExplicitAny: answers are read as literals, as a client would
const call = async (name: string, input: unknown = {}): Promise<any> => operationNamed(name).perform(desk.os, input)
const codeOf = async (answer: Promise<unknown>): Promise<string> => {
  const error = await answer.then(
    () => undefined,
    (caught: unknown) => caught,
  )
  return error instanceof Refusal ? error.fault.code : `no fault: ${error}`
}

const names = [
  'workflows.list plan.show tasks.list tasks.retry effects.list events.list runs.start runs.list runs.show',
  'runs.cancel runs.undo runs.retry runs.recalled gates.list gates.show gates.decide gates.decideBatch',
  'identities.list identities.show identities.add identities.handle identities.disputes identities.fact identities.history',
  'identities.member identities.importCsv identities.importVcard identities.merge identities.unmerge',
  'identities.distinguish identities.suggestions identities.relate identities.unrelate identities.note',
  'identities.forget identities.export identities.snapshot identities.pin identities.unpin commitments.list',
  'commitments.make commitments.keep commitments.drop memory.recall memory.distil memory.status pointers.list',
  'pointers.check pointers.open knowledge.list knowledge.show knowledge.history knowledge.diff',
  'knowledge.proposals knowledge.proposal knowledge.propose knowledge.accept knowledge.refuse knowledge.restore',
  'knowledge.check budgets.list budgets.forecast budgets.set controls.list controls.set controls.lift',
  'grants.list grants.give grants.withdraw schedules.list',
  'schedules.add schedules.pause schedules.resume schedules.remove schedules.next agents.list agents.show',
  'agents.diff agents.confidence releases.show releases.set releases.withdraw releases.undo releases.move',
  'evals.list evals.start evals.result releases.canary releases.shadow releases.promote releases.stop',
  'agents.replay agents.replays agents.replayed agents.cancelReplay secrets.list',
  'secrets.set secrets.remove webhooks.list webhooks.add webhooks.remove webhooks.receipts webhooks.deliveries',
  'webhooks.replay upkeep.list upkeep.log upkeep.review upkeep.undoReview upkeep.pause upkeep.resume backups.list backups.take',
  'backups.try company.health company.mode company.pause',
  'company.resume company.verify company.export company.doctor company.mend',
].flatMap((line) => line.split(' '))

test('operations have the names that clients know', () => {
  expect(operations.map((operation) => operation.name)).toEqual(names)
})

test('each example fits its own operation', () => {
  for (const operation of operations) {
    expect(operation.input.safeParse(operation.example).error, operation.name).toBeUndefined()
  }
})

test('a started run is shown with its tasks in the order of the plan', async () => {
  const { id } = await call('runs.start', { workflow: 'newsletter', input: { topic: 'spring' } })
  const run = await call('runs.show', { run: id })
  expect(run).toMatchObject({ workflow: 'newsletter', state: 'running', input: { topic: 'spring' }, working: true })
  expect(
    run.tasks.map((task: { name: string; state: string; waitsFor: string[] }) => [
      task.name,
      task.state,
      task.waitsFor,
    ]),
  ).toEqual([
    ['write', 'ready', []],
    ['edit', 'waiting', ['write']],
    ['send', 'waiting', ['edit']],
  ])
})

test('a done task says who made it, what it cost and out of what', async () => {
  const { id } = await call('runs.start', { workflow: 'newsletter', input: { topic: 'spring' } })
  await desk.rows.finish(id, 'write', { text: 'Spring' })
  const [task] = (await call('tasks.list', { run: id, state: 'done' })).items
  expect(task).toMatchObject({
    name: 'write',
    output: { text: 'Spring' },
    spent: 1200,
    confidence: 0.8,
    madeBy: { doer: 'writer', version: 3, model: 'openai/gpt-5-mini' },
    sources: [1],
  })
})

test('the inbox keeps apart what wants a look each and what may be approved at once', async () => {
  const first = await desk.rows.startRun({})
  const second = await desk.rows.startRun({})
  const alone = await desk.rows.openGate(first, 'confirm')
  const together = await desk.rows.openGate(second, 'batch')
  const inbox = await call('gates.list')
  expect(inbox.confirm.map((gate: { id: string }) => gate.id)).toEqual([alone])
  expect(inbox.batch.map((gate: { id: string }) => gate.id)).toEqual([together])
  expect(inbox.confirm[0].card).toMatchObject({
    ask: 'Edit the draft, then approve it for sending.',
    actions: ['mail.send'],
  })
  const health = await call('company.health')
  expect(health.waiting).toEqual({ confirm: 1, batch: 1, failed: 0, inDoubt: 0, automations: 0 })
})

test('one answer for many leaves out what wants an answer of its own', async () => {
  const alone = await desk.rows.openGate(await desk.rows.startRun({}), 'confirm')
  const together = await desk.rows.openGate(await desk.rows.startRun({}), 'batch')
  const { results } = await call('gates.decideBatch', { gates: [alone, together], answer: { verdict: 'approved' } })
  expect(results.map((result: { fault: { code: string } | null }) => result.fault?.code ?? null)).toEqual([
    'gate.one-by-one',
    null,
  ])
  expect((await call('gates.show', { gate: alone })).state).toBe('open')
})

test('a gate shows what was decided, and is answered once', async () => {
  const gate = await desk.rows.openGate(await desk.rows.startRun({}))
  const answered = await call('gates.decide', { gate, answer: { verdict: 'returned', comment: 'Shorter' } })
  expect(answered).toMatchObject({
    state: 'returned',
    decision: { verdict: 'returned', by: 'operator', comment: 'Shorter' },
  })
  expect(await codeOf(call('gates.decide', { gate, answer: { verdict: 'approved' } }))).toBe('gate.decided')
})

test('lists come in pages that neither repeat nor leave out', async () => {
  const ids = []
  for (let count = 0; count < 5; count += 1) ids.push(await desk.rows.startRun({ count }))
  const seen: string[] = []
  let cursor: string | undefined
  do {
    const page = await call('runs.list', { limit: 2, ...(cursor === undefined ? {} : { cursor }) })
    seen.push(...page.items.map((run: { id: string }) => run.id))
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
  expect(seen).toEqual(ids.toReversed())
})

test('a run in which a task failed says why and what comes next', async () => {
  const run = await desk.rows.startRun({})
  await desk.rows.fail(run, 'send')
  const [failed] = (await call('tasks.list')).items
  expect(failed).toMatchObject({ id: taskOf(run, 'send'), fault: { code: 'mail.refused', retry: 'never' } })
  expect((await call('company.health')).waiting.failed).toBe(1)
})

test('effects are listed latest first, and the doubtful ones alone', async () => {
  const run = await desk.rows.startRun({})
  const sure = await desk.rows.effect(run, 'done')
  const doubtful = await desk.rows.effect(run, 'unknown')
  const keys = async (input: unknown): Promise<string[]> =>
    (await call('effects.list', input)).items.map((effect: { key: string }) => effect.key)
  expect(await keys({ run })).toEqual([doubtful, sure])
  expect(await keys({ open: 'true' })).toEqual([doubtful])
  expect((await call('company.health')).waiting.inDoubt).toBe(1)
})

test('members of an audience are listed with how they stand', async () => {
  const readers = await desk.rows.person('readers', 'Readers', 'readers@example.org')
  const ana = await desk.rows.person('ana', 'Ana', 'ana@example.org')
  const bo = await desk.rows.person('bo', 'Bo', 'bo@example.org')
  await desk.rows.member(readers, ana, 'active')
  await desk.rows.member(readers, bo, 'unsubscribed')
  const all = await call('identities.list', { audience: readers })
  expect(all.items.map((line: { name: string; member: string }) => [line.name, line.member])).toEqual([
    ['Ana', 'active'],
    ['Bo', 'unsubscribed'],
  ])
  const active = await call('identities.list', { audience: readers, status: 'active' })
  expect(active.items).toHaveLength(1)
  expect(await call('identities.show', { identity: 'ana@example.org' })).toMatchObject({
    name: 'Ana',
    handles: [{ system: 'email', value: 'ana@example.org' }],
    memberOf: [{ id: readers, name: 'Readers', status: 'active' }],
  })
})

test('a secret goes in, is listed by name, and its value comes out nowhere', async () => {
  await call('secrets.set', { name: 'SMTP_PASSWORD', value: 'hunter2-very-secret' })
  expect(await call('secrets.list')).toEqual({ items: [{ name: 'SMTP_PASSWORD', set: true, neededBy: [] }] })
  expect(JSON.stringify(await call('events.list'))).not.toContain('hunter2')
  expect(await call('secrets.remove', { name: 'SMTP_PASSWORD' })).toEqual({ name: 'SMTP_PASSWORD' })
  expect(await codeOf(call('secrets.remove', { name: 'SMTP_PASSWORD' }))).toBe('input.unknown')
})

test('a budget without a period is for this month of the operator', async () => {
  desk.clock.pass(Date.UTC(2026, 2, 31, 22, 30) - Date.UTC(2026, 2, 1, 12)) // already April in Prague
  expect(await call('budgets.set', { scope: 'company', limit: 50_000_000 })).toEqual({
    scope: 'company',
    period: '2026-04',
    limit: 50_000_000,
  })
  expect((await call('budgets.list')).items).toEqual([
    { scope: 'company', period: '2026-04', limit: 50_000_000, spent: 0, reserved: 0, left: 50_000_000 },
  ])
})

test.each([
  ['runs.show', { run: 'run_nobody' }, 'input.unknown'],
  ['gates.show', { gate: 'gat_nobody' }, 'input.unknown'],
  ['identities.show', { identity: 'nobody@example.org' }, 'identity.unknown'],
  ['plan.show', { workflow: 'newsleter' }, 'input.unknown'],
  ['budgets.set', { scope: 'workflow:newsleter', limit: 1 }, 'input.unknown'],
  ['runs.show', { run: 'gat_1' }, 'input.invalid'],
  ['runs.list', { limit: 1000 }, 'input.invalid'],
  ['runs.list', { cursor: 'what' }, 'input.invalid'],
  ['runs.list', { stat: 'done' }, 'input.invalid'],
  ['runs.start', { workflow: 'newsletter' }, 'input.invalid'],
  ['budgets.set', { scope: 'company', limit: 0.5 }, 'input.invalid'],
  ['gates.decide', { gate: 'gat_1', answer: { verdict: 'rejected' } }, 'input.invalid'],
  ['secrets.set', { name: '../x', value: 'y' }, 'input.invalid'],
])('%s refuses %j with %s', async (name, input, code) => {
  expect(await codeOf(call(name, input))).toBe(code)
})

test('the doctor names a declared secret that is not set', async () => {
  const outbox = {
    port: { actions: {} },
    portName: 'mail',
    actions: {},
    name: 'smtp',
    provider: { name: 'smtp', secrets: ['SMTP_PASSWORD'] },
  }
  const other = await openTestCompany(undefined, { adapters: [outbox as never] })
  const diagnosis = await operationNamed('company.doctor').perform(other.os, {})
  await other.close()
  expect(diagnosis).toMatchObject({
    well: false,
    checks: expect.arrayContaining([
      { what: 'workflow newsletter', level: 'ok', fault: null },
      {
        what: 'secret SMTP_PASSWORD',
        level: 'wrong',
        fault: expect.objectContaining({ code: 'secret.missing', retry: 'never' }),
      },
      { what: 'adapter outbox', level: 'ok', fault: null },
    ]),
  })
})
