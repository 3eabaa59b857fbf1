import type { LanguageModelV4 } from '@ai-sdk/provider'

/** The same model, whose whole answers come by another way. */
export function answering(language: LanguageModelV4, doGenerate: LanguageModelV4['doGenerate']): LanguageModelV4 {
  return {
    specificationVersion: 'v4',
    provider: language.provider,
    modelId: language.modelId,
    supportedUrls: language.supportedUrls,
    doStream: (options) => language.doStream(options),
    doGenerate,
  }
}
