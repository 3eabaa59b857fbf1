import { type Adapter, adapter } from '../adapters/adapter.ts'
import { compute } from '../adapters/ports/compute.ts'
import type { LazySandbox } from '../executor/sandbox/sandbox.ts'
import { Refusal } from '../values/fault.ts'
import type { Json } from '../values/json.ts'
import { minutes } from '../values/time.ts'

// Longer than the code itself may take (half a minute, and ten seconds of the processor), and all that stands in line before it: this is
// only for what is stuck elsewhere.
const patience = minutes(10)

/** The port `compute` over the company's sandbox: the code may ask for nothing. Faults: `sandbox.*`. */
export function ownCompute(sandbox: () => LazySandbox): Adapter {
  return adapter(
    compute,
    { name: 'compute', secrets: [], timeout: patience, connect: () => sandbox()() },
    {
      run: {
        idempotency: 'none',
        async do(client, { code, input = null }, { signal, now, key }) {
          // The first line stays the code's first, so that what goes wrong is found by its number.
          const script = `const run = async (input, { log }) => {${code}\n}`
          const ran = await client.run({ who: 'compute', code: script, input: input as Json, now, seed: key, signal })
          if (ran.kind === 'done') return { value: ran.output, logs: [...ran.logs] }
          if (ran.kind === 'fault') throw new Refusal(ran.fault)
          throw new TypeError('a computation asks for nothing, and nothing else ends it')
        },
      },
    },
  )
}
