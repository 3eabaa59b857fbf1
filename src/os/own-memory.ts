import { type Adapter, adapter, type Call } from '../adapters/adapter.ts'
import { type KeptValue, memory } from '../adapters/ports/memory.ts'
import type { Keep, WorkingMemory } from '../memory/working.ts'
import type { RunId } from '../values/id.ts'
import { seconds } from '../values/time.ts'

/**
 * The working memory of the run at hand behind the port `memory`. That something is kept is committed with the step that keeps it.
 * Faults: `input.too-large`, `input.invalid`, `memory.full`.
 */
export function ownMemory(working: () => WorkingMemory): Adapter {
  return adapter(
    memory,
    { name: 'memory', secrets: [], timeout: seconds(30), connect: working },
    {
      keep: {
        idempotency: 'none',
        async do(mind, input, call) {
          const run = await loaded(mind, call)
          return { key: input.key, until: mind.admit(run, memory.keep.keeps?.(input) as Keep) }
        },
      },
      get: {
        idempotency: 'none',
        async do(mind, { key }, call): Promise<KeptValue> {
          const kept = mind.get(await loaded(mind, call), key)
          if (kept === undefined) return { found: false, value: null, origin: 'operator', event: null, at: null }
          const { value, origin, seq, at } = kept
          return { found: true, value, origin, event: seq, at }
        },
      },
    },
  )
}

async function loaded(working: WorkingMemory, { run }: Call): Promise<RunId> {
  if (run === undefined) throw new TypeError('the working memory of no run was asked for')
  await working.load(run)
  return run
}
