import { expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { adapter, type Provider } from '../../src/adapters/adapter.ts'
import { action, port } from '../../src/adapters/port.ts'
import { mail } from '../../src/adapters/ports/mail.ts'
import { type Campaign, type Issue, newsletters } from '../../src/adapters/ports/newsletters.ts'
import type { Doer } from '../../src/values/doer.ts'
import { type Instant, seconds } from '../../src/values/time.ts'

const provider: Provider<{ readonly token: string }> = {
  name: 'sample',
  secrets: [],
  timeout: seconds(1),
  connect: () => ({ token: '' }),
}

const notes = port('notes', {
  put: action({
    does: 'Puts a note down.',
    risk: 'internal',
    effect: 'reversible',
    input: z.object({ text: z.string(), inner: z.object({ deep: z.number() }) }),
    output: z.object({ id: z.string() }),
    content: ['text', 'inner.deep'],
    recipients: (input) => [input.text],
  }),
})

test('an adapter is typed by its port, and what it lacks does not compile', () => {
  // The client, the input and the output of each action are known without annotation.
  adapter(notes, provider, {
    put: {
      idempotency: 'key',
      do: async (client, input, call) => {
        expectTypeOf(client).toEqualTypeOf<{ readonly token: string }>()
        expectTypeOf(input.inner.deep).toEqualTypeOf<number>()
        expectTypeOf(call.signal).toEqualTypeOf<AbortSignal>()
        return { id: input.text }
      },
      undo: async (_client, output) => {
        expectTypeOf(output).toEqualTypeOf<{ id: string }>()
      },
    },
  })

  // What is reversible says how it is undone.
  adapter(notes, provider, {
    // @ts-expect-error there is no undo
    put: { idempotency: 'key', do: async () => ({ id: '' }) },
  })

  // Every action of the port is performed.
  // @ts-expect-error newsletters has more actions than this
  adapter(newsletters, provider, { results: { idempotency: 'none', do: async (_client, input) => input.delivery } })

  // What finds says how.
  adapter(mail, provider, {
    // @ts-expect-error there is no find
    send: { idempotency: 'find', do: async () => ({ messageId: '', accepted: '' }) },
  })

  // The output has the shape of the port.
  adapter(mail, provider, {
    // @ts-expect-error no messageId
    send: { idempotency: 'key', do: async () => ({ accepted: '' }) },
  })

  const spec = { does: '', risk: 'internal', effect: 'none', output: z.string() } as const
  // @ts-expect-error no such field
  action({ ...spec, input: z.object({ text: z.string() }), content: ['body'] })
  // @ts-expect-error no such field inside
  action({ ...spec, input: z.object({ a: z.object({ b: z.string() }) }), content: ['a.c'] })

  // An action is a doer, so that a flow wires it by its types.
  expectTypeOf(newsletters.schedule).toExtend<Doer<{ audience: string; issue: Issue; at: Instant | null }, Campaign>>()
})
