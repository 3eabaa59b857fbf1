import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4GenerateResult } from '@ai-sdk/provider'
import type { Json } from '../../values/json.ts'
import { streamOf } from '../stream.ts'
import { plainUsage, roughTokens } from '../usage.ts'
import { answer } from './answer.ts'
import { promptOf } from './prompt-block.ts'

/** The offline model as the AI SDK sees a model. */
export function extractive(modelId: string): LanguageModelV4 {
  return {
    specificationVersion: 'v4',
    provider: 'offline',
    modelId,
    supportedUrls: {},
    doGenerate: async (options) => generate(options),
    doStream: async (options) => streamOf(generate(options)),
  }
}

function generate(options: LanguageModelV4CallOptions): LanguageModelV4GenerateResult {
  options.abortSignal?.throwIfAborted()
  const format = options.responseFormat
  const schema = format?.type === 'json' ? ((format.schema ?? {}) as Json) : null
  const given = promptOf(options.prompt)
  const object = answer(schema ?? { type: 'string' }, given)
  const text = typeof object === 'string' ? object : JSON.stringify(object)
  return {
    content: [{ type: 'text', text }],
    finishReason: { unified: 'stop', raw: undefined },
    usage: plainUsage(roughTokens(JSON.stringify(options.prompt)), roughTokens(text)),
    warnings: [],
  }
}
