import { z } from 'zod'
import { type Adapter, action, adapter, type Call, port } from '../../src/adapters/index.ts'
import { fault, Refusal } from '../../src/values/fault.ts'
import { microUsd } from '../../src/values/money.ts'
import { milliseconds } from '../../src/values/time.ts'

const Put = z.object({ to: z.string(), text: z.string() })
const Done = z.object({ id: z.string(), text: z.string() })

const busy = fault('adapter.busy', { adapter: 'corner', why: 'full' })
const refused = fault('adapter.refused', { adapter: 'corner', action: 'shop', why: 'no' })

/** Actions of each risk, and of each way to take them back. */
export const shop = port('shop', {
  look: action({
    does: 'Looks something up.',
    risk: 'read',
    effect: 'none',
    input: z.object({ what: z.string() }),
    output: z.object({ found: z.string() }),
    origin: 'external',
  }),
  note: action({ does: 'Notes.', risk: 'internal', effect: 'reversible', input: Put, output: Done, origin: 'system' }),
  file: action({
    does: 'Files.',
    risk: 'internal',
    effect: 'irreversible',
    input: Put,
    output: Done,
    origin: 'system',
  }),
  post: action({
    does: 'Posts.',
    risk: 'outward',
    effect: 'reversible',
    input: Put,
    output: Done,
    origin: 'system',
    recipients: (input) => [input.to],
  }),
  refund: action({
    does: 'Refunds.',
    risk: 'chargeable',
    effect: 'irreversible',
    input: Put,
    output: Done,
    origin: 'system',
    amount: (input) => ({ cost: microUsd(5_000_000), payee: input.to }),
  }),
})

/** How the provider behaves at the nth call of `do`, from 1. Default: it acts and answers. */
export type Behaviour =
  | 'acts'
  | 'acts, then times out'
  | 'times out'
  | 'refuses for now'
  | 'refuses'
  | 'acts, answers nonsense'

export interface Provider {
  readonly adapter: Adapter
  /** What really happened at the provider, in order: `note ana: hello`, `undo note ana: hello`. */
  readonly acted: string[]
  /** How each call of `do` goes; what is not listed `acts`. */
  script: Behaviour[]
  calls: number
  /** Called within each `do`, before anything happens. */
  during: (call: Call) => Promise<void> | void
  /** What `look` finds. */
  found: string
  undoing: (id: string) => void
}

/** A provider that remembers what it did by key, as far as its way of deduplicating goes. */
export function provider(idempotency: 'key' | 'find' | 'none'): Provider {
  const byKey = new Map<string, z.infer<typeof Done>>()
  const self: Omit<Provider, 'adapter'> = {
    acted: [],
    script: [],
    calls: 0,
    during: () => undefined,
    found: 'nothing',
    undoing: () => undefined,
  }
  const world = self as Provider
  const act = async (verb: string, input: z.infer<typeof Put>, call: Call): Promise<z.infer<typeof Done>> => {
    world.calls += 1
    const how = world.script[world.calls - 1] ?? 'acts'
    await world.during(call)
    if (how === 'refuses for now' || how === 'refuses') throw new Refusal(how === 'refuses' ? refused : busy)
    if (how === 'times out') throw new Error('no answer')
    const before = idempotency === 'key' ? byKey.get(call.key) : undefined
    const answer = before ?? { id: `${verb} ${input.to}`, text: input.text }
    if (!before) world.acted.push(`${verb} ${input.to}: ${input.text}`)
    byKey.set(call.key, answer)
    if (how === 'acts, then times out') throw new Error('the line went dead')
    return how === 'acts, answers nonsense' ? (42 as never) : answer
  }
  const undo = async (_client: unknown, output: z.infer<typeof Done>): Promise<void> => {
    world.undoing(output.id)
    world.acted.push(`undo ${output.id}`)
  }
  const performance = (verb: string) => {
    const doing = (_client: unknown, input: z.infer<typeof Put>, call: Call) => act(verb, input, call)
    if (idempotency === 'key') return { idempotency, do: doing, undo } as const
    if (idempotency === 'find')
      return { idempotency, do: doing, undo, find: async (_c: unknown, key: string) => byKey.get(key) } as const
    return {
      idempotency,
      do: doing,
      undo,
      presume: (input: z.infer<typeof Put>) => ({ id: `${verb} ${input.to}`, text: input.text }),
    } as const
  }
  return Object.assign(world, {
    adapter: adapter(
      shop,
      { name: 'corner', secrets: [], timeout: milliseconds(30_000), connect: () => ({}) },
      {
        look: { idempotency: 'none', do: async () => ({ found: world.found }) },
        note: performance('note'),
        file: performance('file'),
        post: performance('post'),
        refund: performance('refund'),
      },
    ),
  })
}
