import { expect, test } from 'vitest'
import { Life } from './life.ts'

// With PROOF=1 twenty lives of a month; SEED=7 DAYS=30 lives one.
const isProof = process.env.PROOF === '1'
const lives = isProof ? 20 : 3
const seeds = process.env.SEED ? [Number(process.env.SEED)] : Array.from({ length: lives }, (_none, at) => at + 1)
const length = Number(process.env.DAYS ?? (isProof ? 30 : 4))

test.each(seeds)(
  `${length} days of a company keep all laws after each event (seed %i)`,
  {
    timeout: 600_000,
  },
  async (seed) => {
    const lived = await Life.live(seed, length)
    process.stdout.write(`${JSON.stringify({ seed, ...lived })}\n`)
    expect(lived.broken).toEqual([])
    expect(lived.runs).toBeGreaterThan(length)
  },
)
