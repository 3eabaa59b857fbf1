declare const unit: unique symbol

/** An amount of US dollars in whole micro-dollars (1 dollar is 1 000 000). Never a fraction, never a float of dollars. */
export type Usd = number & { readonly [unit]: 'micro-dollar' }

/** Dollars to `Usd`, rounded up to the next micro-dollar, so that a price is never understated. */
export function usd(dollars: number): Usd {
  return microUsd(Math.ceil(Number((dollars * 1e6).toFixed(3))))
}

/** Takes whole micro-dollars as they come from the store or the wire. Crashes on a fraction: that is a programmer's error. */
export function microUsd(micros: number): Usd {
  if (!Number.isSafeInteger(micros)) throw new RangeError(`not whole micro-dollars: ${micros}`)
  return micros as Usd
}

/** `$0.42`, with as many digits as small amounts need (`$0.0004`). */
export function formatUsd(amount: Usd): string {
  const dollars = amount / 1e6
  const digits = amount === 0 || Math.abs(dollars) >= 0.01 ? 2 : 6
  return `${dollars < 0 ? '-' : ''}$${Math.abs(dollars).toFixed(digits)}`
}
