import { describe, expect, test } from 'vitest'
import { operators, others, type Simulated, simulate } from './operators.ts'

// All hundred lives with PROOF=1; fewer say the same with a wider margin.
const seeds = Array.from({ length: process.env.PROOF ? 100 : 15 }, (_none, index) => (index + 1) * 7919)

describe(`the expected calibration error after 500 decisions is at most 0.05 on the mean of ${seeds.length} lives`, () => {
  for (const [name, operator] of Object.entries(operators)) {
    test(`where the agent ${name}`, ({ annotate }) => {
      const lives = seeds.map((seed) => simulate(operator, seed))
      tell(annotate, name, lives)
      expect(meanOf(lives, 'error')).toBeLessThanOrEqual(0.05)
      expect(meanOf(lives, 'perfect')).toBeLessThan(0.02)
    })
  }
})

describe('of operators that were not looked at before, it is told what it is', () => {
  for (const [name, operator] of Object.entries(others)) {
    test(`where the agent ${name}`, ({ annotate }) => {
      const lives = seeds.map((seed) => simulate(operator, seed))
      tell(annotate, name, lives)
      expect(meanOf(lives, 'error')).toBeLessThan(0.1)
    })
  }
})

function tell(annotate: (text: string) => unknown, name: string, lives: readonly Simulated[]): void {
  const worst = Math.max(...lives.map(({ error }) => error))
  const over = lives.filter(({ error }) => error > 0.05).length
  const [mean, perfect] = [meanOf(lives, 'error'), meanOf(lives, 'perfect')].map((value) => value.toFixed(4))
  annotate(
    `${name}: mean ${mean}, worst ${worst.toFixed(4)}, above 0.05 in ${over} of ${lives.length}; perfect ${perfect}`,
  )
}

function meanOf(lives: readonly Simulated[], of: keyof Simulated): number {
  return lives.reduce((sum, life) => sum + life[of], 0) / lives.length
}
