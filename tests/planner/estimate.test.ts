import { expect, test } from 'vitest'
import { estimate } from '../../src/planner/estimate.ts'
import { drawing, mermaid } from '../../src/planner/picture.ts'
import { usd } from '../../src/values/money.ts'
import { days, hours, minutes } from '../../src/values/time.ts'
import { newsletter } from './newsroom.ts'
import { call, doers, from, type Loose, planOf } from './plans.ts'

const budget = { cost: usd(0.1), time: minutes(1) }
const brief = { value: { audience: 'a', topic: 'b', sendAt: 'c' } }
const every: Loose = {
  name: 'every',
  kind: 'each',
  inputs: { items: { value: ['x'] } },
  max: 10,
  delay: hours(2),
  body: [
    { ...call('one', from('$item')), budget },
    { ...call('two', from('one')), budget },
    {
      name: 'ask',
      kind: 'gate',
      ask: '?',
      gate: 'batch',
      covers: ['mail.send'],
      within: days(1),
      inputs: { subject: from('two') },
    },
  ],
  result: from('two'),
}

test('the newsletter: its worst case, and what the operator will be asked', () => {
  expect(estimate(newsletter.plan(), doers)).toEqual({
    cost: usd(0.7),
    work: minutes(11),
    time: minutes(11),
    waiting: days(7),
    gates: [
      {
        task: 'edit',
        kind: 'confirm',
        covers: ['newsletters.schedule', 'newsletters.send'],
        within: days(5),
        times: 1,
      },
    ],
    tasks: 6,
    unknown: { cost: [], time: [] },
  })
})

test('a body counts its max times, gates included', () => {
  const sum = estimate(planOf([every, { ...call('beside', 'x'), budget: { cost: usd(1), time: minutes(90) } }]), doers)
  expect(sum).toMatchObject({ cost: usd(3), work: minutes(110), time: minutes(90), tasks: 32 })
  expect(sum.waiting).toBe(hours(26))
  expect(sum.gates).toMatchObject([{ task: 'ask', kind: 'batch', times: 10 }])
})

test('of the budgets of a task and its agent the smaller counts, each for itself', () => {
  const notes: Loose = { name: 'notes', kind: 'agent', doer: 'researcher', inputs: { brief } }
  const sum = (budget: object) => estimate(planOf([{ ...notes, budget }]), doers)
  expect(sum({ cost: usd(0.05), time: minutes(9) })).toMatchObject({ cost: usd(0.05), work: minutes(4) })
  expect(sum({ cost: usd(5), time: minutes(1) })).toMatchObject({ cost: usd(0.2), work: minutes(1) })
})

test('what no budget bounds is named', () => {
  const draft: Loose = { name: 'draft', kind: 'agent', doer: 'writer', inputs: { brief, notes: { value: {} } } }
  expect(estimate(planOf([draft, { ...draft, name: 'cheap', budget: { cost: usd(1) } }]), doers).unknown).toEqual({
    cost: ['draft'],
    time: ['draft', 'cheap'],
  })
})

test('a plan is drawn in rows, gates with double lines, bodies below their each', () => {
  expect(drawing(planOf([every, call('last', 'x')]))).toBe(`\
┌──────────────────────────────┐  ┌──────────────────────────────┐
│ every                        │  │ last                         │
│ each, at most 10             │  │ function shout               │
│ after 2 hours                │  └──────────────────────────────┘
└──────────────────────────────┘
┊ for each item of every:
┊ ┌──────────────────────────────┐
┊ │ one                          │
┊ │ function shout               │
┊ └──────────────────────────────┘
┊                 ↓
┊ ┌──────────────────────────────┐
┊ │ two                          │
┊ │ function shout               │
┊ │ ← one                        │
┊ └──────────────────────────────┘
┊                 ↓
┊ ╔══════════════════════════════╗
┊ ║ ask                          ║
┊ ║ gate, batch                  ║
┊ ║ covers mail.send             ║
┊ ║ ← two                        ║
┊ ╚══════════════════════════════╝
`)
})

test('Mermaid: bodies are boxes, guards dotted, and no text can break out of its label', () => {
  const when: Loose = {
    name: 'end',
    kind: 'when',
    inputs: { of: { value: 'x' } },
    condition: { is: 'equal', to: '"]<b>' },
  }
  expect(mermaid(planOf([when, { ...every, guards: ['end'] }]))).toBe(`\
flowchart TD
  t_end{"end<br/>when = #quot;\\#quot;]#lt;b>#quot;"}
  subgraph t_every ["every: each, at most 10"]
    t_one["one<br/>function shout"]
    t_two["two<br/>function shout"]
    t_ask{{"ask<br/>gate, batch"}}:::gate
    t_one --> t_two
    t_two --> t_ask
  end
  t_end -. if .-> t_every
  classDef gate stroke-width:3px
`)
})
