import type { ConditionalPrice, ModelPrice } from '@pydantic/genai-prices'
import type { Instant } from '../values/time.ts'
import type { Cached, ModelChoice } from './model.ts'

/** What the price package knows of a model. Amounts in dollars. */
export interface PriceCard {
  cost(tokensIn: number, tokensOut: number, cached: Cached): number
  /** The price list that holds now, and each that may hold later without new data (hours of the day, announced dates). */
  readonly lists: readonly ModelPrice[]
}

/** The card of a listed model, or `undefined` when it has no price for tokens in and tokens out. */
export async function listedPrices(model: ModelChoice, now: Instant): Promise<PriceCard | undefined> {
  const { calcPrice } = await import('@pydantic/genai-prices')
  const id = model.name.slice(model.name.indexOf('/') + 1)
  const options = { providerId: model.provider, timestamp: new Date(now) }
  const known = calcPrice({ input_tokens: 0, output_tokens: 0 }, id, options)
  if (known === null) return undefined
  const lists = Array.isArray(known.model.prices) ? current(known.model.prices, now) : [known.model.prices]
  if (lists.some((list) => list.input_mtok === undefined || list.output_mtok === undefined)) return undefined
  return {
    lists,
    cost(tokensIn, tokensOut, cached) {
      const usage = {
        input_tokens: tokensIn,
        output_tokens: tokensOut,
        cache_read_tokens: cached.read,
        cache_write_tokens: cached.written,
      }
      return calcPrice(usage, id, options)?.total_price ?? 0
    },
  }
}

/** The package takes the last list whose condition holds: what stands before one that always holds from now on is past. */
function current(prices: readonly ConditionalPrice[], now: Instant): readonly ModelPrice[] {
  const settled = prices.findLastIndex(
    ({ constraint }) =>
      constraint === undefined || (constraint.type === 'start_date' && Date.parse(constraint.start_date) <= now),
  )
  return prices.slice(Math.max(0, settled)).map((each) => each.prices)
}
