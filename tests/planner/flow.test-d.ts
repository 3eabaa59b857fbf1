import { expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { agent, pure } from '../../src/agents/agent.ts'
import { equals, isTrue, over } from '../../src/planner/condition.ts'
import type { Flow } from '../../src/planner/flow.ts'
import type { Ref } from '../../src/planner/ref.ts'
import { workflow } from '../../src/planner/workflow.ts'
import type { Approved } from '../../src/values/approved.ts'
import { usd } from '../../src/values/money.ts'
import { minutes } from '../../src/values/time.ts'
import { Brief, type Draft, mail, newsletter, newsletters, researcher, shout, writer } from './newsroom.ts'

type BriefType = z.infer<typeof Brief>
type DraftType = z.infer<typeof Draft>
declare const flow: Flow
declare const brief: Ref<BriefType>
declare const draft: Ref<DraftType>

test('outputs flow into inputs without annotation', () => {
  const notes = flow.task('research', researcher, { brief })
  expectTypeOf(notes).toEqualTypeOf<Ref<{ points: string[]; sources: { title: string }[] }>>()
  expectTypeOf(flow.task('draft', writer, { brief, notes })).toEqualTypeOf<Ref<DraftType>>()
  expectTypeOf(newsletter.plan).returns.toHaveProperty('tasks')
})

test('a missing, unknown or wrong input does not compile', () => {
  const notes = flow.task('research', researcher, { brief })
  // @ts-expect-error: notes are missing
  flow.task('draft', writer, { brief })
  // @ts-expect-error: a draft is no brief
  flow.task('draft', writer, { brief: draft, notes })
  // @ts-expect-error: nobody takes a mood
  flow.task('draft', writer, { brief, notes, mood: 'gay' })
  // @ts-expect-error: a number is no text
  flow.task('loud', shout, { text: 3 })
})

test('literals may stand where refs may', () => {
  expectTypeOf(flow.task('loud', shout, { text: 'ho' })).toEqualTypeOf<Ref<string>>()
})

test('an outward action takes only what a gate handed out', () => {
  const edited = flow.gate('edit', draft, { ask: 'Good?' })
  expectTypeOf(edited).toEqualTypeOf<Ref<Approved<DraftType>>>()
  flow.task('schedule', newsletters.schedule, { issue: edited, at: brief.get('sendAt') })
  // @ts-expect-error: the draft is not approved
  flow.task('schedule', newsletters.schedule, { issue: draft, at: brief.get('sendAt') })
  flow.task('send', mail.send, { to: 'a@example.org', subject: 'Hi', text: edited.get('body') })
  // @ts-expect-error: a part of an unapproved draft is not approved
  flow.task('send', mail.send, { to: 'a@example.org', subject: 'Hi', text: draft.get('body') })
  // @ts-expect-error: nor is a literal
  flow.task('send', mail.send, { to: 'a@example.org', subject: 'Hi', text: 'Hello' })
  // What is approved is still what it was.
  flow.task('loud', shout, { text: edited.get('body') })
})

test('a gate may cover actions only', () => {
  // @ts-expect-error: a writer sends nothing
  flow.gate('edit', draft, { ask: 'Good?', covers: [writer] })
  // @ts-expect-error: nobody is not an answer, and silence never approves
  flow.gate('edit', draft, { ask: 'Good?', otherwise: 'approve' })
})

test('money is not time, and a bare number is neither', () => {
  flow.task('loud', shout, { text: '' }, { budget: { cost: usd(1), time: minutes(1) }, delay: minutes(1) })
  // @ts-expect-error: dollars where time is due
  flow.task('loud', shout, { text: '' }, { budget: { time: usd(1) } })
  // @ts-expect-error: time where dollars are due
  flow.task('loud', shout, { text: '' }, { budget: { cost: minutes(1) } })
  // @ts-expect-error: two what?
  flow.task('loud', shout, { text: '' }, { delay: 2 })
})

test('get is typed, also through what may be missing', () => {
  expectTypeOf(brief.get('topic')).toEqualTypeOf<Ref<string>>()
  // @ts-expect-error: a brief has no colour
  brief.get('colour')
  // @ts-expect-error: nothing is inside a text
  brief.get('topic').get('length')
  const nested = null as unknown as Ref<{ who?: { name: string } | null }>
  expectTypeOf(nested.get('who').get('name')).toEqualTypeOf<Ref<string | undefined>>()
})

test('each infers the type of its items and gives a list of what its body gives', () => {
  const notes = flow.task('research', researcher, { brief })
  const loud = flow.each('every', notes.get('sources'), { max: 3 }, (source) => {
    expectTypeOf(source).toEqualTypeOf<Ref<{ title: string }>>()
    return flow.task('loud', shout, { text: source.get('title') })
  })
  expectTypeOf(loud).toEqualTypeOf<Ref<readonly string[]>>()
  // @ts-expect-error: max is demanded
  flow.each('every', notes.get('sources'), {}, (source) => source)
  // @ts-expect-error: a draft is no list
  flow.each('every', draft, { max: 1 }, (source) => source)
})

test('what a when gives may be missing, and its condition fits the type of its ref', () => {
  const count = null as unknown as Ref<number>
  const loud = flow.when('if-many', over(count, 3), () => flow.task('loud', shout, { text: 'many' }))
  expectTypeOf(loud).toEqualTypeOf<Ref<string | undefined>>()
  // @ts-expect-error: it may be missing
  flow.task('louder', shout, { text: loud })
  // @ts-expect-error: a text is not true or false
  isTrue(brief.get('topic'))
  // @ts-expect-error: a text is never 3
  equals(brief.get('topic'), 3)
})

test('the planner of a sub-plan writes plans, and produces says what comes out', () => {
  const produced = flow.plan('grow', 'Find a title', { planner: 'planner', allow: [shout], produces: z.string() })
  expectTypeOf(produced).toEqualTypeOf<Ref<string>>()
  // @ts-expect-error: a writer writes no plans
  flow.plan('grow', 'Find a title', { planner: writer, allow: [shout], produces: z.string() })
})

test('nothing of the flow can be awaited in a workflow: its function is synchronous, and so are bodies', () => {
  expectTypeOf<Ref<string>>().not.toHaveProperty('then')
  const spec = { name: 'w', input: Brief }
  // @ts-expect-error: an async function draws no plan
  workflow(spec, async (inner, input) => await inner.task('research', researcher, { brief: input }))
  // @ts-expect-error: a body neither
  flow.each('every', null as unknown as Ref<string[]>, { max: 1 }, async (text) => await text)
  // @ts-expect-error: nor this one
  flow.when('if', over(null as unknown as Ref<number>, 1), async () => draft)
})

test('doers are invariant: a wire cannot be bent by widening one', () => {
  const wide = pure({ name: 'wide', does: '', input: z.object({ x: z.unknown() }), output: z.string(), run: () => '' })
  flow.task('wide', wide, { x: draft })
  // @ts-expect-error: an agent's output is what its schema says
  expectTypeOf(agent<{ a: string }, number>({ ...writer, output: z.string() }))
})

test('a workflow gives what its function returns', () => {
  expectTypeOf(newsletter.output).toEqualTypeOf<{ note: string } | undefined>()
})
