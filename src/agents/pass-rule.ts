import type { PassRule } from './evaluation.ts'

/** A case as a rule sees it. */
export interface RuledCase {
  readonly name: string
  readonly kind: string | null
  readonly score: number
}

// Means of thirds and tenths miss a round number by a rounding error.
const rounding = 1e-9

/** Which parts of a rule these cases do not meet, in words; none when they pass. A rule that asks for nothing asks for all: each case 1. */
export function missedParts(rule: PassRule, cases: readonly RuledCase[]): string[] {
  const { mean, each, kinds = {} } = rule
  const asksNothing = mean === undefined && each === undefined && Object.keys(kinds).length === 0
  const least = asksNothing ? 1 : each
  const average = meanScore(cases)
  const below = (floor: number, of: readonly RuledCase[], what: string): string[] => {
    const low = of
      .filter(({ score }) => score < floor - rounding)
      .map(({ name, score }) => `${name} (${percent(score)})`)
    return low.length === 0 ? [] : [`${what} must have ${percent(floor)}: ${low.join(', ')}`]
  }
  return [
    ...(mean !== undefined && average < mean - rounding
      ? [`the mean is ${percent(average)}, and must be ${percent(mean)}`]
      : []),
    ...(least === undefined ? [] : below(least, cases, 'each case')),
    ...Object.entries(kinds).flatMap(([kind, floor]) => {
      const of = cases.filter((one) => one.kind === kind)
      return of.length === 0 ? [`there is no case of kind ${kind}`] : below(floor, of, `each case of kind ${kind}`)
    }),
  ]
}

export function meanScore(cases: readonly { readonly score: number }[]): number {
  return cases.length === 0 ? 0 : Math.min(1, cases.reduce((sum, { score }) => sum + score, 0) / cases.length)
}

function percent(score: number): string {
  return `${Math.round(score * 1000) / 10} %`
}
