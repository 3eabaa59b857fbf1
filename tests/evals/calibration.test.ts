import fc from 'fast-check'
import { expect, test } from 'vitest'
import { calibrate, fewestDecisions, mostDecisions, type Point } from '../../src/agents/calibration.ts'
import { binsOf, calibrationError, chanceError, prequential } from '../../src/agents/reliability.ts'
import { seeded } from '../../src/values/chance.ts'

const point = fc.record({ raw: fc.double({ min: 0, max: 1, noNaN: true }), right: fc.constantFrom<0 | 1>(0, 1) })
const places = [0, 0.05, 0.3, 0.5, 0.71, 0.9, 1]

function decided(count: number, chance: (raw: number) => number, seed = 7): Point[] {
  const random = seeded(seed)
  return Array.from({ length: count }, () => {
    const raw = Math.round(random() * 20) / 20
    return { raw, right: random() < chance(raw) ? 1 : 0 }
  })
}

test('below thirty decisions nothing is told', () => {
  const points = decided(fewestDecisions, (raw) => raw)
  expect(calibrate(points.slice(1))).toBeUndefined()
  expect(calibrate(points)).toMatchObject({ decisions: 30, method: 'platt' })
})

test('a line at first, a curve from two hundred decisions on, of the last five hundred', () => {
  const points = decided(mostDecisions + 100, (raw) => raw)
  expect(calibrate(points.slice(0, 199))?.method).toBe('platt')
  expect(calibrate(points.slice(0, 200))?.method).toBe('isotonic')
  const all = calibrate(points)
  const last = calibrate(points.slice(-mostDecisions))
  expect(all?.decisions).toBe(mostDecisions)
  expect(places.map((raw) => all?.at(raw))).toEqual(places.map((raw) => last?.at(raw)))
})

test('whatever was decided, what is told is a chance, and the curve never falls', () => {
  fc.assert(
    fc.property(fc.array(point, { minLength: fewestDecisions, maxLength: 300 }), (points) => {
      const calibration = calibrate(points)
      const told = places.map((raw) => calibration?.at(raw) ?? Number.NaN)
      expect(told.every((chance) => chance >= 0 && chance <= 1)).toBe(true)
      if (calibration?.method !== 'isotonic') return
      for (const [index, chance] of told.entries()) expect(chance).toBeGreaterThanOrEqual((told[index - 1] ?? 0) - 1e-9)
    }),
    { numRuns: process.env.PROOF ? 500 : 40 },
  )
})

test('where sureness and success go up and down against each other, neighbours are pooled: the curve never falls', () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const curve = calibrate(decided(400, (raw) => (Math.floor(raw * 5) % 2 === 0 ? 0.8 : 0.3), seed))
    const told = Array.from({ length: 101 }, (_none, percent) => curve?.at(percent / 100) ?? Number.NaN)
    expect(told).toEqual(told.toSorted((a, b) => a - b))
  }
})

test('an agent that is always right, or always wrong, is told to be nearly so, never certainly', () => {
  for (const count of [30, 300]) {
    const right = calibrate(decided(count, () => 1))?.at(0.8) ?? 0
    const wrong = calibrate(decided(count, () => 0))?.at(0.8) ?? 1
    expect(right).toBeGreaterThan(0.9)
    expect(right).toBeLessThan(1)
    expect(wrong).toBeLessThan(0.2)
    expect(wrong).toBeGreaterThan(0)
  }
})

test('a taste that moves is followed, and one that stands still is not', () => {
  const turned = [...decided(250, () => 0.9, 1), ...decided(250, () => 0.4, 2)]
  expect(calibrate(turned)).toMatchObject({ moving: true })
  expect(calibrate(turned)?.at(0.5)).toBeLessThan(0.55)
  expect(calibrate(decided(500, () => 0.7, 3))).toMatchObject({ moving: false })
})

test('bins are of equal mass, and their error is that of their means', () => {
  const foretold = [0.1, 0.2, 0.8, 0.9].map((chance, index) => ({ chance, right: index % 2 === 0 ? 0 : 1 }) as const)
  expect(binsOf(foretold, 2)).toEqual([
    { said: expect.closeTo(0.15), right: 0.5, count: 2 },
    { said: expect.closeTo(0.85), right: 0.5, count: 2 },
  ])
  expect(calibrationError(foretold, 2)).toBeCloseTo(0.35)
  expect(binsOf(foretold.slice(0, 3), 10)).toHaveLength(3)
})

test('the error that chance alone makes is told beside the error', () => {
  const random = seeded(11)
  const lives = Array.from({ length: 200 }, () =>
    Array.from({ length: 500 }, () => {
      const chance = random()
      return { chance, right: random() < chance ? 1 : 0 } as const
    }),
  )
  const mean = (of: (life: (typeof lives)[number]) => number): number =>
    lives.reduce((sum, life) => sum + of(life), 0) / lives.length
  expect(Math.abs(mean((life) => calibrationError(life)) - mean((life) => chanceError(life)))).toBeLessThan(0.004)
})

test('each decision is foretold by those before it alone', () => {
  const points = decided(130, (raw) => raw)
  const foretold = prequential(points)
  expect(foretold).toHaveLength(100)
  const other = prequential(points.map((one, index) => (index >= 55 ? { ...one, right: 1 } : one)))
  expect(other.slice(0, 25).map(({ chance }) => chance)).toEqual(foretold.slice(0, 25).map(({ chance }) => chance))
})
