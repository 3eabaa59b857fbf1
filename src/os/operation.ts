import type { z } from 'zod'
import { refuse } from '../values/fault.ts'
import type { Json } from '../values/json.ts'
import { parse } from '../values/schema.ts'
import type { Os } from './os.ts'

/** One thing the desk can do, for API, CLI and MCP alike. Its name (`runs.start`) is permanent. */
export interface Operation {
  readonly name: string
  /** A query changes nothing. */
  readonly kind: 'query' | 'command'
  /** One sentence. */
  readonly does: string
  /** `{name}` in the path is the input field of that name; a GET has the others in its query, the rest in a JSON body. */
  readonly http: Route
  readonly input: z.ZodObject
  readonly output: z.ZodType
  /** An input that fits. */
  readonly example: Json
  /** Parses the input, does it, and gives the output as its schema writes it. Faults: `input.invalid` and the operation's own. */
  perform(os: Os, input: unknown): Promise<Json>
}

export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'delete'
  readonly path: string
}

export interface OperationSpec<I extends z.ZodObject, O extends z.ZodType> {
  readonly name: string
  readonly kind: 'query' | 'command'
  readonly does: string
  readonly http: Route
  readonly input: I
  readonly output: O
  readonly example: z.input<I>
  readonly run: (os: Os, input: z.output<I>) => Promise<Loose<z.input<O>>>
}

/** The same shape with nothing in it that demands to be mutable: what queries give is read-only. */
export type Loose<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends readonly (infer E)[]
    ? readonly Loose<E>[]
    : { readonly [K in keyof T]: Loose<T[K]> }

/** Declares an operation. An output that does not fit its schema is a programmer's error and throws a TypeError. */
export function operation<I extends z.ZodObject, O extends z.ZodType>(spec: OperationSpec<I, O>): Operation {
  const { run, ...facts } = spec
  // Unknown fields are refused: a misspelt option that is silently dropped would do something else than was asked.
  const input = spec.input.strict()
  return {
    ...facts,
    input,
    example: spec.example as Json,
    async perform(os, given) {
      const parsed = parse<z.output<I>>(input as unknown as z.ZodType<z.output<I>>, given)
      if (!parsed.ok) refuse('input.invalid', { what: `The input of ${spec.name}`, why: parsed.why })
      const output = spec.output.safeParse(await run(os, parsed.value))
      if (!output.success) throw new TypeError(`the output of ${spec.name} breaks its schema: ${output.error.message}`)
      return output.data as Json
    },
  }
}
