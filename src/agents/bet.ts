/**
 * Evidence that grows by betting. Against "the mean of S is at most 0", for scores S in [-reach, 1], one who holds a share of a wealth of 1
 * on S cannot be expected to win, whatever came before and whenever one looks (Ville's inequality: the chance of ever having 1/a is at most
 * a). Several shares are held side by side and their wealths averaged, so that neither a small nor a large effect need be guessed.
 * Shafer 2021, "Testing by betting"; Waudby-Smith and Ramdas 2024, "Estimating means of bounded random variables by betting" (the grid);
 * Howard, Ramdas, McAuliffe, Sekhon 2021 (mixtures, time-uniform).
 */
export interface Bet {
  /** The natural logarithm of each share's wealth. */
  readonly wealths: readonly number[]
}

// Of what could be lost at worst, so much is held: from effects of a few percent to one that is plain within a dozen scores.
const held = [0.05, 0.1, 0.2, 0.4, 0.65, 0.95] as const

export const freshBet: Bet = { wealths: held.map(() => 0) }

/** The wealths after one more score. `reach`: how far below 0 a score may be. Throws a RangeError for a score that is outside. */
export function wager({ wealths }: Bet, score: number, reach: number): Bet {
  if (!(score >= -reach && score <= 1)) throw new RangeError(`${score} is outside of [-${reach}, 1]`)
  const part = score / reach
  return { wealths: wealths.map((wealth, at) => wealth + Math.log1p((held[at] ?? 0) * part)) }
}

/** The logarithm of the evidence: of the mean wealth. */
export function evidence({ wealths }: Bet): number {
  const most = Math.max(...wealths)
  return most + Math.log(wealths.reduce((sum, wealth) => sum + Math.exp(wealth - most), 0) / wealths.length)
}
