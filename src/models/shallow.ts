import type { LanguageModelV4, LanguageModelV4Content } from '@ai-sdk/provider'
import { deepest, isDeep } from '../values/nesting.ts'
import { answering } from './answering.ts'

/**
 * The same model, whose calls of tools are no deeper than what may be walked: the SDK copies them by recursion, and a model may be talked
 * into anything. A deeper one comes with a text that is no JSON, and is answered as such.
 */
export function shallow(language: LanguageModelV4): LanguageModelV4 {
  return answering(language, async (options) => {
    const answer = await language.doGenerate(options)
    return { ...answer, content: answer.content.map(flat) }
  })
}

function flat(part: LanguageModelV4Content): LanguageModelV4Content {
  if (part.type !== 'tool-call' || !isDeep(part.input)) return part
  return { ...part, input: `(nested deeper than ${deepest})` }
}
