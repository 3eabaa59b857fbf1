import { z } from 'zod'
import { type Adapter, adapter, type Call, type Part } from '../../src/adapters/adapter.ts'
import { action, port } from '../../src/adapters/port.ts'
import { pure } from '../../src/agents/agent.ts'
import { workflow } from '../../src/planner/workflow.ts'
import { refuse } from '../../src/values/fault.ts'
import { companyIdentity } from '../../src/values/id.ts'
import { seconds } from '../../src/values/time.ts'

const letter = z.object({ text: z.string() })
type Letter = z.infer<typeof letter>
const post = port('post', {
  send: action({ does: 'Posts a letter.', risk: 'outward', effect: 'reversible', input: letter, output: letter }),
})
const round = port('round', {
  send: action({
    does: 'Posts a letter for each word.',
    risk: 'outward',
    effect: 'irreversible',
    input: letter,
    output: letter,
  }),
})

/** The post office: what was handed in and taken back, and how long it answers. */
export class PostOffice {
  readonly handedIn: string[] = []
  readonly takenBack: string[] = []
  /** So many calls are answered; then it hangs. */
  patience = Number.POSITIVE_INFINITY
  /** A closed one refuses, and may be asked again. */
  closed = false
  /** Resolves when a call hangs. */
  readonly hanging = Promise.withResolvers<void>()

  async take(input: Letter, call: Call): Promise<Letter> {
    if (this.closed) refuse('adapter.busy', { adapter: 'office', why: 'it is closed' })
    this.handedIn.push(call.key)
    await this.#answer(call)
    return input
  }

  async takeBack(call: Call): Promise<void> {
    await this.#answer(call)
    this.takenBack.push(call.key)
  }

  #answer({ signal }: Call): Promise<void> {
    this.patience -= 1
    if (this.patience >= 0) return Promise.resolve()
    this.hanging.resolve()
    return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('cut off'))))
  }
}

export const letters = workflow({ name: 'letters', input: letter }, (flow, input) => {
  const read = flow.gate('read', input, { ask: 'Post it?', kind: 'confirm', covers: [post.send], otherwise: 'wait' })
  return flow.task('post', post.send, { text: read.get('text') })
})

export const rounds = workflow({ name: 'rounds', input: letter }, (flow, input) => {
  const read = flow.gate('read', input, { ask: 'Post them?', kind: 'confirm', covers: [round.send], otherwise: 'wait' })
  return flow.task('post', round.send, { text: read.get('text') })
})

const count = pure({
  name: 'count',
  does: 'Counts to a number.',
  input: z.object({ to: z.int() }),
  output: z.array(z.int()),
  run: ({ to }) => Array.from({ length: to }, (_none, index) => index),
})

const double = pure({
  name: 'double',
  does: 'Doubles a number.',
  input: z.object({ number: z.int() }),
  output: z.int(),
  run: ({ number }) => 2 * number,
})

/** As many tasks as are asked for. */
export const crowd = workflow({ name: 'crowd', input: z.object({ to: z.int() }) }, (flow, input) => {
  const numbers = flow.task('numbers', count, { to: input.get('to') })
  return flow.each('doubled', numbers, { max: 5000 }, (number) => flow.task('double', double, { number }))
})

/** One after the other, so that a test knows which hangs. */
export function officeAdapters(office: PostOffice): Adapter[] {
  const provider = { name: 'office', secrets: [], connect: () => office, timeout: seconds(60), concurrency: 1 }
  return [
    adapter(post, provider, {
      send: {
        idempotency: 'key',
        do: (it, input, call) => it.take(input, call),
        undo: (it, _letter, call) => it.takeBack(call),
      },
    }),
    adapter(
      round,
      { ...provider, name: 'round' },
      {
        send: { idempotency: 'parts', parts: (_it, input) => partsOf(input), join: (_it, input) => input },
      },
    ),
  ]
}

async function* partsOf({ text }: Letter): AsyncIterable<Part> {
  for (const word of text.split(' '))
    yield { key: word, subject: companyIdentity, action: post.send, input: { text: word } }
}
