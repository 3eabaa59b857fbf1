import { expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { agent, type Ref, role, workflow } from '../../src/index.ts'
import { Given, german, writer } from './company.ts'

const like = writer('w', ['de'])
const counter = agent({
  name: 'counter',
  version: 1,
  does: 'Counts.',
  input: z.object({ body: z.string() }),
  output: z.object({ words: z.number() }),
  tier: 'cheap',
  instructions: './w.md',
})

test('a role is typed like the agent that it names, and its wires stay typed', () => {
  workflow({ name: 'a', input: Given }, (flow, given) => {
    const draft = flow.task('draft', role('writer', { language: 'de' }, like), { about: given.get('about') })
    expectTypeOf(draft).toEqualTypeOf<Ref<{ body: string }>>()
    // @ts-expect-error: a writer is told what to write about
    flow.task('other', role('writer', {}, like), { topic: 'tea' })
    // @ts-expect-error: what is needed is told in words
    role('writer', { language: 1 }, like)
    return flow.task('count', role('counter', {}, counter), { body: draft.get('body') })
  })
  expectTypeOf(german(like).name).toEqualTypeOf<string>()
})
