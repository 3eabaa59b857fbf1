import { expect, test } from 'vitest'
import { exitOf } from '../../src/cli/exit.ts'
import { fieldsOf } from '../../src/cli/given-input.ts'
import { Progress, progressLine } from '../../src/cli/progress.ts'
import { importText, type Report } from '../../src/cli/render/contacts.ts'
import { answering, gateCard, inboxList } from '../../src/cli/render/gates.ts'
import { plain, table } from '../../src/cli/render/table.ts'
import { formatTime } from '../../src/cli/render/time.ts'
import type { Mode } from '../../src/os/os.ts'
import type { GateView } from '../../src/os/queries/gates.ts'
import { Refusal } from '../../src/values/fault.ts'
import { instant } from '../../src/values/time.ts'

const gate = {
  id: 'gat_1',
  run: 'run_1',
  workflow: 'invoices',
  task: 'tsk_1',
  taskName: 'charge',
  kind: 'confirm',
  reason: 'policy',
  state: 'open',
  subject: { id: 'idn_bo', name: 'Bo' },
  openedAt: instant(Date.UTC(2026, 2, 1, 12)),
  dueAt: instant(Date.UTC(2026, 2, 6, 12)),
  otherwise: 'reject',
  card: {
    ask: 'Charge Bo?',
    reason: 'policy',
    kind: 'confirm',
    content: { note: 'line one\nline two', amount: 12 },
    actions: ['billing.charge'],
    recipients: { handles: ['bo@example.org'], count: 1 },
    amount: { cost: 12_000_000, payee: 'Bo' },
    madeBy: { doer: 'biller', version: 2, model: 'offline/extract' },
    rawConfidence: 0.64,
    sources: [{ seq: 12, title: 'Invoice 7', url: 'https://example.org/7' }],
    costSoFar: 0,
    dueAt: null,
    otherwise: 'reject',
    before: { seq: 3, content: 'Thanks!' },
  },
  confidence: { raw: 0.64, calibrated: null, decisions: 12, needed: 30 },
} as unknown as GateView

test('a card shows all that is needed to decide', () => {
  expect(gateCard(gate, 'Europe/Prague')).toBe(`Charge Bo?

Gate         gat_1
Run          run_1 (invoices, charge)
About        Bo
Kind         confirm, policy
State        open
Does         billing.charge
Reaches      bo@example.org (1 recipient)
Pays         $12.00 to Bo
Made by      biller v2 with offline/extract
Confidence   too few to tell: 12 of 30 decisions (it says 64 % itself)
Out of       Invoice 7 (event 12, https://example.org/7)
Cost so far  $0.00
Until        2026-03-06 13:00, then reject

Content
  note:
    line one
    line two
  amount: 12

The last one that you approved (event 3)
  Thanks!`)
})

test('the card of someone who was forgotten says so', () => {
  expect(gateCard({ ...gate, card: null }, 'UTC')).toContain('What it showed has been forgotten.')
})

const mode: Mode = { mode: 'normal', why: null, since: null, reasons: [] }

test.each([
  ['review', '--approve (or --edit FILE, --return COMMENT, --reject REASON)'],
  ['graft', '--approve (or --return COMMENT, --reject REASON)'],
  ['budget', '--approve (or --reject REASON)'],
  ['undo', '--approve (or --reject REASON)'],
  ['doubt', '--went-out (or --did-not)'],
] as const)('a gate of reason %s is offered the answers that it takes', (reason, answers) => {
  expect(answering({ id: gate.id, reason })).toBe(`Next: soloist decide gat_1 ${answers}`)
})

test('each source of a card has a line, and a card without content shows none', () => {
  const sources = [...gate.card!.sources, { seq: 9, title: 'Order 3' }]
  const said = gateCard({ ...gate, card: { ...gate.card!, sources, content: null } } as GateView, 'UTC')
  expect(said).toContain('Out of       Invoice 7 (event 12, https://example.org/7)\n             Order 3 (event 9)\n')
  expect(said).not.toContain('Content')
})

test('the inbox has a group for each way to answer', () => {
  expect(
    inboxList({ confirm: [gate], batch: [], maintenance: [], proposals: 0, trials: [], mode, next: null }, 'UTC'),
  ).toBe(`One by one
  GATE   FROM             UNTIL
  gat_1  invoices/charge  2026-03-06 12:00
    Bo: Charge Bo?

Next: soloist show GATE, then soloist decide GATE --approve`)
  expect(
    inboxList({ confirm: [], batch: [], maintenance: [], proposals: 0, trials: [], mode, next: null }, 'UTC'),
  ).toBe('Nothing waits for you.')
  expect(
    inboxList({ confirm: [], batch: [], maintenance: [], proposals: 2, trials: [], mode, next: null }, 'UTC'),
  ).toBe('Proposed to be known: 2 (soloist knowledge proposals)')
})

test('the inbox says at its head in what the company is degraded', () => {
  const why = 'no model of the tier standard answers (openai)'
  const degraded: Mode = { mode: 'degraded', why, since: null, reasons: [] }
  const empty = { confirm: [], batch: [], maintenance: [], proposals: 0, trials: [], mode: degraded, next: null }
  expect(inboxList(empty, 'UTC')).toBe(`The company is degraded: ${why}\n\nNothing waits for you.`)
  expect(inboxList({ ...empty, confirm: [gate] }, 'UTC')).toMatch(/^The company is degraded: .*\n\nOne by one\n/)
})

test('text from outside does not steer the terminal', () => {
  expect(plain('a\u001b[31mred\u0007\u202egpj.exe\nb\tc')).toBe('a[31mredgpj.exe\nb\tc')
  expect(table(['x'], [['a\nb\u001b[2J']], '')).toBe('X\na b[2J')
  const sources = [{ seq: 12, title: 'Invoice\u009b2J\nPays         $0.00 to Bo', url: null }]
  const card = gateCard({ ...gate, card: { ...gate.card, sources } } as unknown as GateView, 'UTC')
  expect(card).toContain('Out of       Invoice2J Pays $0.00 to Bo')
})

test('a time is shown in the zone that was asked for, across the change to summer time', () => {
  expect(formatTime(instant(Date.UTC(2026, 2, 29, 0, 30)), 'Europe/Prague')).toBe('2026-03-29 01:30')
  expect(formatTime(instant(Date.UTC(2026, 2, 29, 1, 0)), 'Europe/Prague')).toBe('2026-03-29 03:00')
  expect(formatTime(null, 'UTC')).toBe('-')
})

test.each([
  ['task.claimed', { attempt: 1 }, '  start   write'],
  ['task.claimed', { attempt: 3 }, '  start   write (try 3)'],
  ['task.done', { cost: 0, worked: 12 }, '  done    write  0 s'],
  ['task.held', {}, '  waits   write: for you'],
  ['task.failed', { fault: { code: 'mail.refused', message: 'No.' } }, '  failed  write  mail.refused: No.'],
  ['task.postponed', { fault: { code: 'company.paused', message: 'Paused.' } }, '  later   write  Paused.'],
  ['budget.sent', {}, undefined],
])('%s %j is told as %s', (kind, payload, line) => {
  expect(progressLine({ kind, payload: payload as never }, 'write')).toBe(line)
})

test.each([
  ['input.invalid', 2],
  ['input.unknown', 4],
  ['identity.unknown', 4],
  ['config.missing', 4],
  ['store.owned', 5],
  ['soloist.bug', 70],
  ['gate.decided', 1],
] as const)('%s is exit code %i', (code, number) => {
  expect(exitOf(code)).toBe(number)
})

test('fields are text where the schema says so, and JSON where they are JSON', () => {
  const schema = { type: 'object', properties: { topic: { type: 'string' }, count: { type: 'number' } } }
  expect(fieldsOf(['topic=12', 'count=12', 'list=[1]', 'other=a=b'], schema)).toEqual({
    topic: '12',
    count: 12,
    list: [1],
    other: 'a=b',
  })
  expect(() => fieldsOf(['topic'], schema)).toThrow(Refusal)
})

test('an import tells of whom the file says otherwise than the operator', () => {
  const row = { line: 2, name: 'Ana', to: 'known', identity: 'idn_ana', strange: [], alike: [] } as const
  const counts = { created: 0, joined: 0, known: 2, left: 0, refused: [] }
  const rows = [
    { ...row, disputed: ['city', 'role'] },
    { ...row, line: 3, disputed: [] },
  ] as unknown as Report['rows']
  expect(
    importText({ ...counts, rows }, false)
      .split('\n')
      .slice(1),
  ).toEqual(['Ana: you said otherwise of city, role, and yours stands. Next: soloist identity show idn_ana'])
})

test('what a provider or code said of a failure does not steer the terminal that watches', () => {
  const lines: string[] = []
  const fault = { code: 'sandbox.failed', message: 'The code of writer failed: \u001b[2Jnothing is wrong\u202e.' }
  const event = { run: 'run_1', task: 'tsk_1', kind: 'task.failed', payload: { fault } }
  new Progress('run_1', [], (line) => lines.push(line)).hear(event as never)
  expect(lines).toEqual(['  failed  tsk_1  sandbox.failed: The code of writer failed: [2Jnothing is wrong.'])
})
