import { z } from 'zod'
import { type Adapter, adapter } from '../../src/adapters/adapter.ts'
import { action, port } from '../../src/adapters/port.ts'
import { mail } from '../../src/adapters/ports/mail.ts'
import { approved } from '../../src/values/approved.ts'
import { idOf, provider, type World } from './provider.ts'

const Text = z.object({ text: z.string() })
const Thing = z.object({ id: z.string() })

/** Books something; the provider knows keys. `reserve` is down for the first two calls. */
export const ledger = port('ledger', {
  book: action({ does: 'Books.', risk: 'internal', effect: 'reversible', input: Text, output: Thing }),
  reserve: action({ does: 'Reserves.', risk: 'internal', effect: 'reversible', input: Text, output: Thing }),
})

/** Files something; the provider knows no keys, but can be asked what it has. */
export const archive = port('archive', {
  file: action({ does: 'Files.', risk: 'internal', effect: 'reversible', input: Text, output: Thing }),
})

/** Publishes something for good; nobody but a person can see whether it happened. */
export const press = port('press', {
  post: action({
    does: 'Posts.',
    risk: 'outward',
    effect: 'irreversible',
    input: z.object({ text: approved(z.string()) }),
    output: Thing,
    content: ['text'],
  }),
})

/** One adapter of each kind of idempotency, all as unreliable as their moods. */
export const unreliable: readonly Adapter[] = [
  adapter(ledger, provider('ledger'), {
    book: {
      idempotency: 'key',
      do: (world, input, call) => doIt(world, { action: 'ledger.book', input, dedupes: true }, call),
      undo: async (world, output) => world.undo('ledger.book', output.id),
    },
    reserve: {
      idempotency: 'key',
      do: (world, input, call) => doIt(world, { action: 'ledger.reserve', input, dedupes: true, down: 2 }, call),
      undo: async (world, output) => world.undo('ledger.reserve', output.id),
    },
  }),
  adapter(archive, provider('archive'), {
    file: {
      idempotency: 'find',
      do: (world, input, call) => doIt(world, { action: 'archive.file', input, dedupes: false }, call),
      find: async (world, key) => (world.acted('archive.file', key) ? idOf(key) : undefined),
      undo: async (world, output) => world.undo('archive.file', output.id),
    },
  }),
  adapter(press, provider('press'), {
    post: {
      idempotency: 'none',
      do: (world, input, call) => doIt(world, { action: 'press.post', input, dedupes: false }, call),
      presume: (_input, key) => idOf(key),
    },
  }),
]

/** Mail that cannot tell whether it was sent. */
export const unsureMail: Adapter = adapter(mail, provider('unsure-mail'), {
  send: {
    idempotency: 'none',
    do: async (world, { to }, call) => {
      const { id } = await doIt(world, { action: 'mail.send', input: to, named: to, dedupes: false }, call)
      return { messageId: id, accepted: 'yes' }
    },
    presume: (_input, key) => ({ messageId: idOf(key).id, accepted: 'yes' }),
  },
})

// What babbles is passed on as it is: the kernel must notice.
function doIt(world: World, ...ask: Parameters<World['perform']>): Promise<{ readonly id: string }> {
  return world.perform(...ask) as Promise<{ id: string }>
}
