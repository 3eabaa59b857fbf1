import { expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { answers, body, days, header, minutes, type Ref, receive, starts, workflow } from '../../src/index.ts'

const paid = receive('billing.paid', z.object({ amount: z.int() }))
const welcome = workflow({ name: 'welcome', input: z.object({ name: z.string(), age: z.int() }) }, (flow, input) => {
  const came = flow.wait('came', paid, { match: input.get('name'), within: days(1) })
  expectTypeOf(came).toEqualTypeOf<Ref<{ amount: number }>>()
  const maybe = flow.wait('maybe', paid, { match: 'a', within: days(1), otherwise: 'nothing' })
  expectTypeOf(maybe).toEqualTypeOf<Ref<{ amount: number } | null>>()
  // @ts-expect-error a wait has an end
  flow.wait('endless', paid, { match: 'a' })
  // @ts-expect-error a number is no key
  flow.wait('number', paid, { match: 1, within: minutes(1) })
  return came
})

test('rules fill what their workflow and their wait take, and nothing else', () => {
  starts(welcome, { input: { name: body('data.name'), age: 7 } })
  starts(welcome, { when: { at: header('x-event'), is: 'added' }, input: body() })
  // @ts-expect-error its input has an age
  starts(welcome, { input: { name: body('data.name') } })
  // @ts-expect-error its name is a text
  starts(welcome, { input: { name: 1, age: body('data.age') } })
  answers(paid, { match: body('id'), data: { amount: body('amount') } })
  // @ts-expect-error its data has an amount
  answers(paid, { match: body('id'), data: { amout: body('amount') } })
  // @ts-expect-error what it is about is part of what came in
  answers(paid, { match: 'inv_1', data: body() })
})
