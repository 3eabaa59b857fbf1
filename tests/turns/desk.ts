import { z } from 'zod'
import { type Adapter, action, adapter, port } from '../../src/adapters/index.ts'
import { milliseconds } from '../../src/values/time.ts'

const read = { risk: 'read', effect: 'none', origin: 'system' } as const
const write = { risk: 'internal', effect: 'reversible', origin: 'system' } as const
const Done = z.object({ id: z.string() })

/** What a clerk has at hand: things to look at, and things to put down. */
export const desk = port('desk', {
  find: action({
    ...read,
    does: 'Searches.',
    input: z.object({ what: z.string() }),
    output: z.object({ found: z.array(z.string()) }),
  }),
  list: action({
    ...read,
    does: 'Gives a page of a list.',
    input: z.object({ from: z.number().int(), most: z.number().int().optional() }),
    output: z.object({ items: z.array(z.string()) }),
  }),
  status: action({
    ...read,
    does: 'Says how a job stands.',
    input: z.object({ job: z.string() }),
    output: z.object({ status: z.string(), at: z.string() }),
  }),
  read: action({
    ...read,
    does: 'Reads a file.',
    input: z.object({ path: z.string() }),
    output: z.object({ text: z.string() }),
  }),
  write: action({
    ...write,
    does: 'Writes a file.',
    input: z.object({ path: z.string(), text: z.string() }),
    output: Done,
  }),
  note: action({ ...write, does: 'Notes something.', input: z.object({ text: z.string() }), output: Done }),
})

/** What the desk answers. A script puts in what it needs; the rest finds nothing. */
export interface World {
  find: (what: string) => string[]
  list: (from: number) => string[]
  status: (job: string) => { status: string; at: string }
  read: (path: string) => string
  files: Map<string, string>
}

export function emptyWorld(): World {
  const files = new Map<string, string>()
  return {
    files,
    find: () => [],
    list: () => [],
    status: () => ({ status: 'running', at: 'now' }),
    read: (path) => files.get(path) ?? 'there is no such file',
  }
}

/** The desk as an adapter; `world` is asked at each call, and each write gets an id of its own. */
export function deskAdapter(world: () => World): Adapter {
  let ids = 0
  const id = () => {
    ids += 1
    return `id-${ids}`
  }
  const gone = async () => undefined
  return adapter(
    desk,
    { name: 'desk', secrets: [], timeout: milliseconds(30_000), connect: () => ({}) },
    {
      find: { idempotency: 'none', do: async (_, { what }) => ({ found: world().find(what) }) },
      list: { idempotency: 'none', do: async (_, { from }) => ({ items: world().list(from) }) },
      status: { idempotency: 'none', do: async (_, { job }) => world().status(job) },
      read: { idempotency: 'none', do: async (_, { path }) => ({ text: world().read(path) }) },
      write: {
        idempotency: 'key',
        do: async (_, { path, text }) => {
          world().files.set(path, text)
          return { id: id() }
        },
        undo: gone,
      },
      note: { idempotency: 'key', do: async () => ({ id: id() }), undo: gone },
    },
  )
}
