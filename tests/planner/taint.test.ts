import { expect, test } from 'vitest'
import { check } from '../../src/planner/check.ts'
import { taint } from '../../src/planner/taint.ts'
import { newsletter } from './newsroom.ts'
import { call, doers, from, type Loose, planOf } from './plans.ts'

// An outward, reversible action with a recipient: no gate is demanded by its risk, so only taint speaks.
const note = { ...doers.get('mail.send')!, name: 'mail.note', effect: 'reversible' as const, input: {} }
const loose = { ...doers.get('feeds.read')!, output: {} }
const known = new Map(doers).set('mail.note', note).set('feeds.read', loose)
const read: Loose = { name: 'read', kind: 'action', doer: 'feeds.read', inputs: { url: 'https://example.org' } }
const send = (to: unknown, more: object = {}): Loose => ({
  name: 'note',
  kind: 'action',
  doer: 'mail.note',
  inputs: { to, text: from('read', 'items', '0', 'title') },
  ...more,
})
const codes = (tasks: Loose[], sources = {}) => check(planOf(tasks), known, { sources }).map((one) => one.code)
const title = from('read', 'items', '0', 'title')

test('what is made of text from outside is from outside, through agents, their tools and functions', () => {
  const tainted = taint(newsletter.plan(), doers).outputs
  expect(Object.fromEntries(tainted)).toEqual({
    research: 'external', // by its tool feeds.read
    draft: 'external',
    edit: 'external', // approving does not clean
    schedule: 'external',
    distribute: 'external',
    analyze: 'external',
  })
  const plan = planOf([call('a', from('$input')), call('b', 'x')])
  expect(Object.fromEntries(taint(plan, doers).outputs)).toEqual({ a: 'system', b: 'system' })
  expect(taint(plan, doers, { input: 'external' }).outputs.get('a')).toBe('external')
})

test('it may be what is said, and may not choose to whom', () => {
  expect(codes([read, send('ana@example.org')])).toEqual([])
  expect(codes([read, send(from('loud')), call('loud', title)])).toEqual(['plan.external-control'])
  expect(codes([read, send(title)])).toEqual(['plan.external-control'])
})

test('what the operator saw at a gate is their choice', () => {
  const gate: Loose = { name: 'look', kind: 'gate', ask: 'To them?', inputs: { subject: title } }
  expect(codes([read, gate, send(from('look'))])).toEqual([])
})

test('it may not decide whether something leaves', () => {
  const when = (of: unknown): Loose => ({ name: 'if', kind: 'when', inputs: { of }, condition: { is: 'present' } })
  const guarded = send('ana@example.org', { guards: ['if'], needs: ['if'] })
  expect(codes([read, when(title), guarded])).toEqual(['plan.external-control'])
  expect(codes([read, when({ value: 'x' }), guarded])).toEqual([])
  const gate: Loose = { name: 'look', kind: 'gate', ask: 'Really?', inputs: { subject: title } }
  expect(codes([read, gate, when(from('look')), guarded])).toEqual([])
})

test('nor how often, nor through a task in between', () => {
  const every: Loose = {
    name: 'every',
    kind: 'each',
    inputs: { items: from('read', 'items') },
    max: 9,
    body: [{ ...send('ana@example.org'), inputs: { to: 'ana@example.org', text: 'x' } }],
    result: from('note'),
  }
  expect(codes([read, every])).toEqual(['plan.external-control'])
  const when: Loose = { name: 'if', kind: 'when', inputs: { of: title }, condition: { is: 'present' } }
  const middle = { ...call('middle', 'x'), guards: ['if'], needs: ['if'] }
  expect(codes([read, when, middle, send('ana@example.org', { needs: ['middle'] })])).toEqual(['plan.external-control'])
})

test('a plan that was written out of text from outside controls nothing that leaves', () => {
  expect(codes([read, send('ana@example.org')], { made: 'external' })).toEqual([
    'plan.external-control',
    'plan.external-control',
  ])
})

test('a gate on exactly what is sent lets the operator decide after all', () => {
  const items = { input: { type: 'object', properties: { mails: { type: 'array', items: {} } }, required: ['mails'] } }
  const body: Loose[] = [
    { name: 'look', kind: 'gate', ask: 'Send?', covers: ['mail.note'], inputs: { subject: from('$item') } },
    { name: 'note', kind: 'action', doer: 'mail.note', inputs: { to: from('look', 'to'), text: from('look', 'text') } },
  ]
  const each = {
    name: 'every',
    kind: 'each' as const,
    inputs: { items: from('$input', 'mails') },
    max: 9,
    body,
    result: from('note'),
  }
  expect(check(planOf([each], items), known, { sources: { input: 'external' } })).toEqual([])
})
