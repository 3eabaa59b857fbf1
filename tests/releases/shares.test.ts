import { assert, constantFrom, integer, property, uniqueArray } from 'fast-check'
import { expect, test } from 'vitest'
import { demandShares, drawnBy, type Share, sharesWithout } from '../../src/agents/shares.ts'
import type { RunId } from '../../src/values/id.ts'

test('over many runs each version gets its share, and the same run always draws the same', () => {
  const shares = [
    { hash: 'a', share: 70 },
    { hash: 'b', share: 20 },
    { hash: 'c', share: 10 },
  ]
  const count = new Map<string, number>()
  const runs = 20_000
  for (let index = 0; index < runs; index += 1) {
    const run = `run_${index}` as RunId
    const drawn = drawnBy(run, 'writer', shares)
    if (drawnBy(run, 'writer', shares.toReversed()) !== drawn) throw new Error(`${run} draws twice`)
    count.set(drawn, (count.get(drawn) ?? 0) + 1)
  }
  // Five standard deviations of the largest share are 1.6 of a hundred.
  for (const { hash, share } of shares)
    expect(Math.abs(((count.get(hash) ?? 0) / runs) * 100 - share)).toBeLessThan(1.6)
})

test('two agents of one run draw apart', () => {
  const halves = [
    { hash: 'a', share: 50 },
    { hash: 'b', share: 50 },
  ]
  const runs = Array.from({ length: 200 }, (_, index) => `run_${index}` as RunId)
  const same = runs.filter((run) => drawnBy(run, 'writer', halves) === drawnBy(run, 'editor', halves))
  expect(same.length).toBeGreaterThan(60)
  expect(same.length).toBeLessThan(140)
})

test('a share that goes is shared out: whole percents that sum to 100, in the old proportion, nobody left out', () => {
  const cuts = uniqueArray(integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 12 })
  assert(
    property(cuts, integer({ min: 0, max: 12 }), constantFrom(1, 2, 3), (at, from, count) => {
      const bounds = [0, ...at.toSorted((a, b) => a - b), 100]
      const shares: Share[] = bounds
        .slice(1)
        .map((upTo, index) => ({ hash: `h${index}`, share: upTo - (bounds[index] ?? 0) }))
      const gone = new Set(
        shares
          .slice(from % shares.length, (from % shares.length) + Math.min(count, shares.length - 1))
          .map((one) => one.hash),
      )
      const left = sharesWithout(shares, gone)
      demandShares('writer', left)
      const sum = shares.filter((one) => !gone.has(one.hash)).reduce((total, one) => total + one.share, 0)
      for (const { hash, share } of left) {
        const before = shares.find((one) => one.hash === hash)?.share ?? 0
        expect(Math.abs(share - (before * 100) / sum)).toBeLessThan(1)
      }
    }),
  )
})
