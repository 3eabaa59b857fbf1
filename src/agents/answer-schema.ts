import type { Json } from '../values/json.ts'

/**
 * The JSON Schema of what an agent's model answers: `{ output, confidence }`. Providers want `$defs` at the root, and a schema that
 * refers to itself by `#` would otherwise refer to the wrapper.
 */
export function answerSchema(output: Json): Json {
  const { $defs = {}, ...own } = members(redirected(output))
  const recursive = JSON.stringify(output) !== JSON.stringify(redirected(output))
  const defs = { ...members($defs), ...(recursive ? { [itself]: own } : {}) }
  return {
    type: 'object',
    properties: {
      output: recursive ? { $ref: `#/$defs/${itself}` } : own,
      confidence: { type: 'number', minimum: 0, maximum: 1, description: 'How sure you are, from 0 to 1.' },
    },
    required: ['output', 'confidence'],
    additionalProperties: false,
    ...(Object.keys(defs).length > 0 ? { $defs: defs } : {}),
  }
}

const itself = 'answer_output'

function redirected(schema: Json): Json {
  if (schema === null || typeof schema !== 'object') return schema
  if (Array.isArray(schema)) return schema.map(redirected)
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [
      key,
      key === '$ref' && value === '#' ? `#/$defs/${itself}` : redirected(value),
    ]),
  )
}

function members(value: Json): Readonly<Record<string, Json>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as Readonly<Record<string, Json>>)
    : {}
}
