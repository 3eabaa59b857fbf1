import type { Question } from './ask.ts'

// Tokens that a provider adds around what we send. Measured by providers themselves: OpenAI some 3 a message
// (cookbook "How to count tokens"), Anthropic up to 530 for the hidden prompt about tools (docs, "Tool use pricing").
const perRequest = 1024
const perMessage = 16
const perTool = 64

/**
 * More tokens than the prompt of a question can have: the UTF-8 bytes of all of it as JSON, and the overheads above. A byte-level BPE
 * (OpenAI, Anthropic, Llama 3, Qwen) starts from single bytes and only merges, and SentencePiece with byte fallback (Gemini,
 * Mistral) spells what it does not know in bytes, so that every token covers at least one byte. JSON only lengthens: it escapes.
 * The schema of the answer counts twice, because some providers put it in a tool and in the prompt.
 */
export function mostTokensIn(question: Pick<Question, 'system' | 'messages' | 'tools' | 'output'>): number {
  const { system, messages, tools, output } = question
  const bytes =
    Buffer.byteLength(JSON.stringify([system, messages, tools])) + 2 * Buffer.byteLength(JSON.stringify(output))
  return bytes + perRequest + perMessage * messages.length + perTool * tools.length
}
