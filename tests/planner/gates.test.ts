import { expect, test } from 'vitest'
import { check } from '../../src/planner/check.ts'
import { approvingGate, lineageOf } from '../../src/planner/lineage.ts'
import type { Plan } from '../../src/planner/plan.ts'
import { newsletter } from './newsroom.ts'
import { call, doers, from, type Loose, planOf } from './plans.ts'

const input = {
  input: { type: 'object', properties: { draft: {}, list: { type: 'array', items: {} } }, required: ['draft', 'list'] },
}
const codes = (plan: Plan) => check(plan, doers).map((one) => one.code)
const draft = { value: { title: 'a', body: 'b' } }
const gate = (covers: string[], subject: unknown = draft, name = 'edit'): Loose => ({
  name,
  kind: 'gate',
  ask: 'Good?',
  covers,
  inputs: { subject },
})
const send = (subject: unknown, text: unknown): Loose => ({
  name: 'send',
  kind: 'action',
  doer: 'mail.send',
  inputs: { to: 'a@example.org', subject, text },
})

test('an irreversible action without a gate is refused, and so is one whose gate covers something else', () => {
  expect(codes(planOf([send('Hi', 'Hello')]))).toEqual(['plan.ungated'])
  expect(codes(planOf([gate(['newsletters.send']), send(from('edit', 'title'), from('edit', 'body'))]))).toEqual([
    'plan.ungated',
  ])
  expect(codes(planOf([gate(['mail.send']), send(from('edit', 'title'), from('edit', 'body'))]))).toEqual([])
})

test('all that is sent must come from the gate: no literal, no other source, nothing made of it', () => {
  const both = (subject: unknown, text: unknown, ...more: Loose[]) =>
    codes(planOf([gate(['mail.send']), ...more, send(subject, text)]))
  expect(both('Hi', from('edit', 'body'))).toEqual(['plan.ungated'])
  expect(both(from('edit', 'title'), from('loud'), call('loud', from('edit', 'body')))).toEqual(['plan.ungated'])
  expect(both(from('edit', 'title'), from('other', 'body'), gate(['mail.send'], draft, 'other'))).toEqual([
    'plan.ungated',
  ])
})

test('the newsletter is approved once for both of its actions', () => {
  expect(approvingGate(newsletter.plan(), 'schedule', doers)).toBe('edit')
  expect(lineageOf(newsletter.plan(), 'distribute', doers)).toEqual({
    gate: 'edit',
    inputs: { campaign: { from: 'schedule', path: [] } },
  })
  expect(approvingGate(newsletter.plan(), 'draft', doers)).toBeUndefined()
  expect(approvingGate(newsletter.plan(), 'nobody', doers)).toBeUndefined()
})

test('a draft at the provider carries its approval only whole, and only under the same gate', () => {
  const plan = (covers: string[], campaign: unknown, issue: unknown = from('edit')) =>
    planOf([
      gate(covers),
      { name: 'schedule', kind: 'action', doer: 'newsletters.schedule', inputs: { issue, at: 'monday' } },
      { name: 'distribute', kind: 'action', doer: 'newsletters.send', inputs: { campaign } },
    ])
  const both = ['newsletters.schedule', 'newsletters.send']
  expect(codes(plan(both, from('schedule')))).toEqual([])
  expect(codes(plan(['newsletters.send'], from('schedule')))).toEqual(['plan.ungated'])
  expect(codes(plan(['newsletters.schedule'], from('schedule')))).toEqual(['plan.ungated'])
  expect(codes(plan(both, from('schedule', 'campaign')))).toContain('plan.ungated')
  expect(codes(plan(both, { value: { campaign: 'x' } }))).toEqual(['plan.ungated'])
  expect(codes(plan(both, from('schedule'), draft))).toEqual(['plan.ungated'])
})

test('what a reading action gives is not what its question was approved for', () => {
  const inert = new Map(doers).set('mail.relay', {
    ...doers.get('mail.send')!,
    name: 'mail.relay',
    content: [],
    input: {},
  })
  const plan = planOf([
    gate(['feeds.read', 'mail.relay'], { value: 'https://example.org' }),
    { name: 'read', kind: 'action', doer: 'feeds.read', inputs: { url: from('edit') } },
    { name: 'relay', kind: 'action', doer: 'mail.relay', inputs: { all: from('read') } },
  ])
  expect(check(plan, inert).map((one) => one.code)).toContain('plan.ungated')
})

test('the items of an approved list are approved, each alone', () => {
  const each = (items: unknown): Loose => ({
    name: 'every',
    kind: 'each',
    inputs: { items },
    max: 5,
    body: [send(from('$item', 'title'), from('$item', 'body'))],
    result: from('send'),
  })
  const approved = planOf([gate(['mail.send'], from('$input', 'list')), each(from('edit'))], input)
  expect(codes(approved)).toEqual([])
  expect(approvingGate(approved, 'send', doers)).toBe('edit')
  expect(codes(planOf([each(from('$input', 'list'))], input))).toEqual(['plan.ungated'])
})

test('a gate in a body stands for the body', () => {
  const body = [gate(['mail.send'], from('$item')), send(from('edit', 'title'), from('edit', 'body'))]
  const each = {
    name: 'every',
    kind: 'each' as const,
    inputs: { items: from('$input', 'list') },
    max: 5,
    body,
    result: from('send'),
  }
  expect(codes(planOf([each], input))).toEqual([])
})
