import type { Json } from '../../values/json.ts'
import { fill } from './fill.ts'
import { matterOf } from './matter.ts'
import type { Given } from './prompt-block.ts'
import { shapeOf } from './schema.ts'

/** What the offline model answers: a value that fits the schema, filled from the inputs. The same for the same prompt. */
export function answer(schema: Json, given: Given): Json {
  const matter = matterOf(given)
  const place = { matter, shape: shapeOf(schema), found: matter.found, entry: false, depth: 0 }
  return fill(schema, 'output', place).value
}
