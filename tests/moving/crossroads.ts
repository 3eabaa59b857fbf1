import { z } from 'zod'
import { type Adapter, adapter } from '../../src/adapters/adapter.ts'
import { pure } from '../../src/agents/agent.ts'
import { workflow } from '../../src/planner/workflow.ts'
import { refuse } from '../../src/values/fault.ts'
import { hours } from '../../src/values/time.ts'
import { archive, ledger, press } from '../crash/adapters.ts'
import { idOf, provider, type World } from '../crash/provider.ts'
import type { Work } from '../crash/work.ts'

const shout = pure({
  name: 'shout',
  does: 'Makes a text loud.',
  input: z.object({ text: z.string() }),
  output: z.string(),
  run: ({ text }) => text.toUpperCase(),
})

/** Everything that a company can be in the middle of: an open gate, a delay, an effect in doubt, one that is to be tried again. */
const crossroads = workflow({ name: 'crossroads', input: z.object({ text: z.string() }) }, (flow, input) => {
  const text = input.get('text')
  const first = flow.gate('first', text, { ask: 'Post it?', covers: [press.post], otherwise: 'wait' })
  const posted = flow.task('post', press.post, { text: first })
  const booked = flow.task('book', ledger.book, { text })
  const late = flow.task('late', shout, { text }, { delay: hours(1) })
  const filed = flow.task('file', archive.file, { text: late })
  const second = flow.gate('second', filed, { ask: 'And the end?', otherwise: 'wait' })
  const open = flow.gate('open', text, { ask: 'Is it loud?', otherwise: 'wait' })
  const loud = flow.task('loud', shout, { text: open })
  return flow.task('end', ending, { loud, posted, booked, second })
})

const Thing = z.object({ id: z.string() })
const ending = pure({
  name: 'ending',
  does: 'Waits for all.',
  input: z.object({ loud: z.string(), posted: Thing, booked: Thing, second: Thing }),
  output: z.string(),
  run: ({ loud, posted, booked }) => [loud, posted.id, booked.id].join(' '),
})

/** The press acts and its answer is lost; the ledger is busy at first; the archive does as it is told. */
const adapters: readonly Adapter[] = [
  adapter(ledger, provider('ledger'), {
    book: {
      idempotency: 'key',
      do: async (world, input, call) => {
        const tries = act(world, { what: 'asked', action: 'ledger.book', key: call.key, input })
        if (tries === 1) refuse('adapter.busy', { adapter: 'ledger', why: 'it is down' })
        act(world, { what: 'acted', action: 'ledger.book', key: call.key, input })
        return idOf(call.key)
      },
      undo: async (world, output) => world.undo('ledger.book', output.id),
    },
    reserve: {
      idempotency: 'key',
      do: async (_world, _input, call) => idOf(call.key),
      undo: async (world, output) => world.undo('ledger.reserve', output.id),
    },
  }),
  adapter(archive, provider('archive'), {
    file: {
      idempotency: 'find',
      do: async (world, input, call) => {
        act(world, { what: 'acted', action: 'archive.file', key: call.key, input })
        return idOf(call.key)
      },
      find: async (world, key) => (world.acted('archive.file', key) ? idOf(key) : undefined),
      undo: async (world, output) => world.undo('archive.file', output.id),
    },
  }),
  adapter(press, provider('press'), {
    post: {
      idempotency: 'none',
      do: async (world, input, call) => {
        act(world, { what: 'acted', action: 'press.post', key: call.key, input })
        throw new Error('the connection was cut')
      },
      presume: (_input, key) => idOf(key),
    },
  }),
]

/** Gives how often it was written of this key before, and this time. */
function act(world: World, entry: Parameters<World['log']['write']>[0]): number {
  world.log.write(entry)
  return world.log.entries().filter(({ what, key }) => what === entry.what && key === entry.key).length
}

export const atCrossroads: Work = {
  workflow: crossroads,
  input: { text: 'tea' },
  spec: { workflows: [crossroads], agents: [], adapters: [...adapters], models: {} },
  instructions: {},
  returns: false,
  undo: false,
}
