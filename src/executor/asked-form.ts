import type { Json } from '../values/json.ts'
import { type Schema, schemaFrom } from '../values/schema.ts'

/**
 * The form in which code of the sandbox wants an answer, which is checked outside of it; why not, where it is none. What would let it keep
 * the one thread of the company busy is refused: expressions, and parts that refer to others, which may do so for ever.
 */
export function formFrom(described: Json): Schema<unknown> | string {
  const kept = keptOut(described)
  if (kept !== undefined) return `its output may have no "${kept}"`
  try {
    return schemaFrom(described)
  } catch (error) {
    if (error instanceof Error) return 'its output is no JSON Schema that can be read'
    throw error
  }
}

/** A member of that name with a text is the keyword, wherever it stands; a property of that name has a schema. */
const keywords: ReadonlySet<string> = new Set(['pattern', '$ref', '$dynamicRef', '$recursiveRef'])

function keptOut(part: Json): string | undefined {
  if (part === null || typeof part !== 'object') return undefined
  for (const [name, value] of Object.entries(part)) {
    if (name === 'patternProperties' || (keywords.has(name) && typeof value === 'string')) return name
    const inner = keptOut(value as Json)
    if (inner !== undefined) return inner
  }
  return undefined
}
