import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4GenerateResult } from '@ai-sdk/provider'
import type { Json } from '../values/json.ts'
import type { ModelChoice } from './model.ts'
import { answer } from './offline/answer.ts'
import { promptOf } from './offline/prompt-block.ts'
import { streamOf } from './stream.ts'
import { plainUsage, roughTokens } from './usage.ts'

/**
 * The model that is none: deterministic, free, on this machine. It fills the wanted schema from the task's inputs, copying what is
 * there and quoting the best sentences of its sources; a longer text ends by saying that it was made without a model. It takes no
 * instruction from what it reads, calls no tool, and gives a confidence of 0.3. Known by its `modelId`, `offline/extractive`.
 */
export function offline(): ModelChoice {
  return {
    name: offlineModel,
    provider: 'offline',
    secrets: [],
    price: 'free',
    maxOutputTokens: 8192,
    open: async () => language,
  }
}

export const offlineModel = 'offline/extractive'

const language: LanguageModelV4 = {
  specificationVersion: 'v4',
  provider: 'offline',
  modelId: offlineModel,
  supportedUrls: {},
  doGenerate: async (options) => generate(options),
  doStream: async (options) => streamOf(generate(options)),
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
