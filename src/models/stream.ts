import type {
  LanguageModelV4GenerateResult,
  LanguageModelV4StreamPart,
  LanguageModelV4StreamResult,
} from '@ai-sdk/provider'

/** A finished answer as a stream, for models that have it whole at once. */
export function streamOf(result: LanguageModelV4GenerateResult): LanguageModelV4StreamResult {
  const { content, finishReason, usage, warnings } = result
  const parts = content.flatMap((part, index): LanguageModelV4StreamPart[] => {
    const id = String(index)
    if (part.type === 'text') {
      return [
        { type: 'text-start', id },
        { type: 'text-delta', id, delta: part.text },
        { type: 'text-end', id },
      ]
    }
    return part.type === 'tool-call' ? [part] : []
  })
  const stream = ReadableStream.from<LanguageModelV4StreamPart>([
    { type: 'stream-start', warnings },
    ...parts,
    { type: 'finish', usage, finishReason },
  ])
  return { stream }
}
