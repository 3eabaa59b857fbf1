import { z } from 'zod'
import type { Json } from './json.ts'

/** A schema of the company's own values: zod 4, which is a Standard Schema and gives JSON Schema for planners and tools. */
export type Schema<T> = z.ZodType<T>

/** A value that was parsed, or what is wrong with it in one line a person can act on. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string }

/** Parses at a border. Never throws; `why` names each bad field by its path. */
export function parse<T>(schema: Schema<T>, value: unknown): Parsed<T> {
  const result = schema.safeParse(value)
  if (result.success) return { ok: true, value: result.data }
  const issues = result.error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join('.') || 'the value'}: ${told(issue)}`)
  return { ok: false, why: issues.join('; ') }
}

/** Zod's own words, but for what is not there at all: nobody "received undefined". */
function told(issue: z.core.$ZodIssue): string {
  return issue.code === 'invalid_type' && issue.message.endsWith('received undefined') ? 'is missing' : issue.message
}

/** The schema that a JSON Schema describes. Throws an Error for what zod cannot read. */
export function schemaFrom(described: Json): Schema<unknown> {
  return z.fromJSONSchema(described as Parameters<typeof z.fromJSONSchema>[0])
}

/** True of a schema that does more than its JSON Schema says: it changes what it reads, or checks it by code. */
export function needsCode(schema: Schema<unknown>): boolean {
  let found = false
  z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema: { _zod: part } }) => {
      const byCode = (part.def.checks ?? []).some((one) => one._zod.def.check === 'custom')
      if (byCode || codeOnly.has(part.def.type)) found = true
    },
  })
  return found
}

// `pipe` is how zod writes a transformation.
const codeOnly: ReadonlySet<string> = new Set(['pipe', 'transform', 'custom', 'catch'])

/**
 * The JSON Schema (draft 2020-12) of a schema, as data: for tools, planners, OpenAPI and the check of wires. `input` is what may
 * be given to it, `output` what it has become once parsed (defaults filled, texts transformed).
 */
export function jsonSchema(schema: Schema<unknown>, side: 'input' | 'output' = 'input'): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: side, unrepresentable: 'any' })
  return rest as Json
}
