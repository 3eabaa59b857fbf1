import type { LanguageModelV4Usage } from '@ai-sdk/provider'

/** Usage in the provider interface's form, for models of our own that cache nothing and think nothing. */
export function plainUsage(tokensIn: number, tokensOut: number): LanguageModelV4Usage {
  return {
    inputTokens: { total: tokensIn, noCache: tokensIn, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: tokensOut, text: tokensOut, reasoning: 0 },
  }
}

/** Some four bytes a token: the usual estimate for English (OpenAI, "What are tokens"), used only where nobody is paid. */
export function roughTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 4)
}
