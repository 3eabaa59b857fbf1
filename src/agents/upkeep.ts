import type { UpkeepSpec } from './agent.ts'

/** Throws a RangeError for upkeep that nobody could keep: no time between two reviews, or minutes below none. */
export function demandUpkeep(name: string, { reviewEvery, minutesPerMonth, saves = 0 }: UpkeepSpec): void {
  const demand = (right: boolean, what: string): void => {
    if (!right) throw new RangeError(`the upkeep of ${name}: ${what}`)
  }
  demand(Number.isFinite(reviewEvery) && reviewEvery > 0, 'reviewEvery is a time like days(90)')
  demand(Number.isFinite(minutesPerMonth) && minutesPerMonth >= 0, 'minutesPerMonth is a number from 0 on')
  demand(Number.isFinite(saves) && saves >= 0, 'saves is a number from 0 on')
}
