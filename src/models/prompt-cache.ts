import type { SystemModelMessage } from 'ai'
import { contentHash } from '../values/json.ts'
import type { ModelChoice } from './model.ts'

// Anthropic caches no prefix below 1,024 tokens, of some models none below 4,096 (docs, "Prompt caching"; the mark does nothing then), and
// takes a quarter more for what it writes. English has some four bytes a token: what is shorter is not worth a mark.
const leastCached = 4096

/**
 * The system part, marked so that Anthropic keeps it, and the tools before it, for the next five minutes: it is the same in all turns of an
 * agent. OpenAI and Google keep prefixes by themselves. A price that was declared says nothing of writing, so nothing is written then.
 */
export function instructions(system: string, { price }: Pick<ModelChoice, 'price'>): SystemModelMessage {
  const part = { role: 'system', content: system } as const
  if (price !== 'listed' || Buffer.byteLength(system) < leastCached) return part
  return { ...part, providerOptions: { anthropic: { cacheControl: { type: 'ephemeral' } } } }
}

/** Leads requests with the same system part to the same machine of OpenAI's, where the prefix lies. No text of it can be read from this. */
export function cacheKey(system: string): string {
  return contentHash(system).slice(0, 32)
}
