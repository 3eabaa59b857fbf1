import { calibrate, type Point } from '../../src/agents/calibration.ts'
import { calibrationError, type Foretold } from '../../src/agents/reliability.ts'
import { seeded } from '../../src/values/chance.ts'

/** The chance that a simulated operator finds work right, by how sure its agent said it was; `time` goes from 0 to 1 over the decisions. */
export type Operator = (raw: number, time: number) => number

/** Operators of many kinds. The method was fixed before it was tried on them, but for what docs/decisions/0036 says. */
export const operators: Readonly<Record<string, Operator>> = {
  'finds it as sure as it says': (raw) => kept(raw),
  'is over-confident': (raw) => chance(0.6 * odds(raw) - 1),
  'is under-confident': (raw) => chance(1.2 * odds(raw) + 1),
  'is right in waves that do not rise': (raw) => kept(chance(0.7 * odds(raw) - 0.3) + 0.12 * Math.sin(12 * raw)),
  'pleases less and less': (raw, time) => chance(odds(raw) - 1.5 * time),
  'says nothing by its sureness': () => 0.7,
}

/** Others, whom nobody looked at before the method was what it is now; of the last two it is known that they are too much for it. */
export const others: Readonly<Record<string, Operator>> = {
  'pleases less from one day on': (raw, time) => chance(odds(raw) - (time > 0.5 ? 1 : 0)),
  'pleases more and more': (raw, time) => chance(0.8 * odds(raw) - 0.5 + time),
  'is sharper than it says': (raw) => chance(3 * odds(raw) - 1.5),
  'pleases by the season': (raw, time) => chance(odds(raw) + 0.5 * Math.sin(6 * time)),
  'is right from one sureness on': (raw) => (raw > 0.7 ? 0.85 : 0.4),
}

const decisions = 500
// For a calibrator that knows the truth the error of ten bins is then some 0.016: it is part of what is measured.
const heldOut = 5000

export interface Simulated {
  readonly error: number
  /** The same of a calibrator that knows the operator: the error of the measure itself. */
  readonly perfect: number
}

/** One life: 500 decisions, then 5,000 that the calibration has not seen. */
export function simulate(operator: Operator, seed: number): Simulated {
  const random = seeded(seed)
  const points: Point[] = Array.from({ length: decisions }, (_none, index) => {
    const raw = said(random)
    return { raw, right: random() < operator(raw, index / decisions) ? 1 : 0 }
  })
  const calibration = calibrate(points)
  if (!calibration) throw new TypeError('500 decisions are enough')
  const held: Foretold[] = []
  const perfect: Foretold[] = []
  for (let count = 0; count < heldOut; count += 1) {
    const raw = said(random)
    const truth = operator(raw, 1)
    const right = random() < truth ? 1 : 0
    held.push({ chance: calibration.at(raw), right })
    perfect.push({ chance: truth, right })
  }
  return { error: calibrationError(held), perfect: calibrationError(perfect) }
}

/** As models say it: mostly sure, in steps of five. */
function said(random: () => number): number {
  const [, , third = 0] = [random(), random(), random(), random()].sort((a, b) => a - b)
  return Math.round(Math.min(0.99, Math.max(0.05, third)) * 20) / 20
}

function kept(share: number): number {
  return Math.min(0.99, Math.max(0.01, share))
}

function odds(raw: number): number {
  return Math.log(kept(raw) / (1 - kept(raw)))
}

function chance(of: number): number {
  return 1 / (1 + Math.exp(-of))
}
