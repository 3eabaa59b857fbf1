import type { Experimental_BatchV4 as Batches, LanguageModelV4 } from '@ai-sdk/provider'
import type { Tier } from '../values/doer.ts'
import type { Usd } from '../values/money.ts'

/** What a million tokens cost, or that nobody is paid. `listed`: the price package knows it by provider and model. */
export type Price = 'listed' | 'free' | { readonly perMillionIn: Usd; readonly perMillionOut: Usd }

/** A model as the config names it. `open` is called once, with the secrets that it declared. */
export interface ModelChoice {
  /** `openai/gpt-5-mini`: provider account and model. */
  readonly name: string
  readonly provider: string
  /** Where it is asked; none for a model in this process. Telemetry names it, and `soloist doctor` sees whether it is there. */
  readonly url?: string
  readonly secrets: readonly string[]
  readonly price: Price
  /** Most tokens that one answer may have; the worst case of a reservation. */
  readonly maxOutputTokens: number
  /** `false` where answers only come whole. */
  readonly streams?: false
  /** Loads the provider's package only now: a config of ten models starts as fast as one of none. */
  readonly open: (secret: (name: string) => string) => Promise<LanguageModelV4>
  /** Set where turns of background work may wait in the provider's batch API. */
  readonly batch?: BatchTerms
}

/** A provider's batch API: an answer within a day, for less. */
export interface BatchTerms {
  /** What a call costs there, as a part of its usual price: 0.5 is half. */
  readonly part: number
  readonly open: (secret: (name: string) => string) => Promise<Batches>
}

/** Which models serve which tier, in the operator's order. */
export type Models = Readonly<Partial<Record<Tier, readonly ModelChoice[]>>>

/** Tokens of a prompt that the provider's cache gave (cheaper) or took (dearer); both are part of `tokensIn`. */
export interface Cached {
  readonly read: number
  readonly written: number
}

/**
 * What one call cost, and the most that it could. Both in whole micro-dollars, rounded up.
 * Fault `budget.unknown-price` (thrown) when the model has no price.
 */
export interface Pricing {
  cost(model: ModelChoice, tokensIn: number, tokensOut: number, cached?: Cached): Promise<Usd>
  /**
   * Never less than `cost` of any call with at most so many tokens, whichever tier of a tiered price it falls in.
   * `mostTokensIn` is a bound on the prompt's tokens: see `mostTokensIn` in measure.ts.
   */
  worstCase(model: ModelChoice, mostTokensIn: number, maxOutputTokens: number): Promise<Usd>
}
