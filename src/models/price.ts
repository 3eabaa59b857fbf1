import type { ModelPrice as PriceList } from '@pydantic/genai-prices'
import { refuse } from '../values/fault.ts'
import { microUsd, type Usd, usd } from '../values/money.ts'
import type { Clock } from '../values/time.ts'
import { listedPrices, type PriceCard } from './listed-prices.ts'
import type { Cached, ModelChoice, Price, Pricing } from './model.ts'

/**
 * Prices by `@pydantic/genai-prices`, as they are at the clock's time. `free` costs nothing; a declared price is taken at its word;
 * a listed model that the package does not know, or knows without a price for tokens both ways, is refused
 * (`budget.unknown-price`). The package is loaded when the first listed price is needed.
 */
export function genaiPricing(clock: Clock): Pricing {
  return {
    async cost(model, tokensIn, tokensOut, cached = uncached) {
      demandCounts(tokensIn, tokensOut, cached.read, cached.written)
      if (model.price !== 'listed') return declared(model.price, tokensIn, tokensOut)
      const card = (await listedPrices(model, clock.now())) ?? refuse('budget.unknown-price', { model: model.name })
      return usd(card.cost(tokensIn, tokensOut, cached))
    },
    async worstCase(model, mostTokensIn, maxOutputTokens) {
      demandCounts(mostTokensIn, maxOutputTokens)
      if (model.price !== 'listed') return declared(model.price, mostTokensIn, maxOutputTokens)
      const card = (await listedPrices(model, clock.now())) ?? refuse('budget.unknown-price', { model: model.name })
      return worst(card, mostTokensIn, maxOutputTokens)
    },
  }
}

/** The most tokens of an answer, up to the model's own most, that a purse pays at the worst; -1 where it does not even pay the prompt. */
export async function mostOutputFor(
  pricing: Pricing,
  model: ModelChoice,
  mostTokensIn: number,
  purse: Usd,
): Promise<number> {
  let fits = -1
  let tooMany = model.maxOutputTokens + 1
  while (tooMany - fits > 1) {
    const tokens = Math.floor((fits + tooMany) / 2)
    if ((await pricing.worstCase(model, mostTokensIn, tokens)) <= purse) fits = tokens
    else tooMany = tokens
  }
  return fits
}

const uncached: Cached = { read: 0, written: 0 }
const perMillion = 1_000_000n

/** In whole numbers: 10 million tokens at $1000 a million pass what a float counts exactly. */
function declared(price: Exclude<Price, 'listed'>, tokensIn: number, tokensOut: number): Usd {
  if (price === 'free') return microUsd(0)
  const sum = BigInt(tokensIn) * BigInt(price.perMillionIn) + BigInt(tokensOut) * BigInt(price.perMillionOut)
  return microUsd(Number((sum + perMillion - 1n) / perMillion))
}

/** Every token at the dearest rate that it could have: any tier, written to the cache or not, spoken or thought, now or later. */
function worst(card: PriceCard, tokensIn: number, tokensOut: number): Usd {
  const most = Math.max(
    ...card.lists.map((list) => {
      const rateIn = Math.max(rate(list, 'input_mtok'), rate(list, 'cache_write_mtok'), rate(list, 'cache_read_mtok'))
      const rateOut = Math.max(rate(list, 'output_mtok'), rate(list, 'output_reasoning_mtok'))
      return (tokensIn * rateIn + tokensOut * rateOut) / 1e6 + rate(list, 'requests_kcount') / 1e3
    }),
  )
  // One micro-dollar more: sums of floats in another order may round to the other side.
  return microUsd(usd(most) + 1)
}

function rate(list: PriceList, key: string): number {
  const price = list[key]
  if (price === undefined || typeof price === 'number') return price ?? 0
  return Math.max(price.base, ...price.tiers.map((tier) => tier.price))
}

function demandCounts(...counts: readonly number[]): void {
  for (const count of counts) {
    if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`not a count of tokens: ${count}`)
  }
}
