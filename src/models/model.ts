import type { LanguageModelV4 } from '@ai-sdk/provider'
import type { Tier } from '../values/doer.ts'
import type { Usd } from '../values/money.ts'

/** What a million tokens cost, or that nobody is paid. */
export type Price = 'listed' | 'free' | { readonly perMillionIn: Usd; readonly perMillionOut: Usd }

/** A model as the config names it. `open` is called once, with the secrets that it declared. */
export interface ModelChoice {
  /** `openai/gpt-5-mini`: provider account and model. */
  readonly name: string
  readonly provider: string
  readonly secrets: readonly string[]
  readonly price: Price
  /** Most tokens that one answer may have; the worst case of a reservation. */
  readonly maxOutputTokens: number
  readonly open: (secret: (name: string) => string) => LanguageModelV4
}

/** Which models serve which tier, in the operator's order. */
export type Models = Readonly<Partial<Record<Tier, readonly ModelChoice[]>>>

/** What one call cost, and the most that it could. */
export interface Pricing {
  /** Fault `budget.unknown-price` (thrown) when the model has no price. Rounded up to whole micro-dollars. */
  cost(model: ModelChoice, tokensIn: number, tokensOut: number): Usd
}
