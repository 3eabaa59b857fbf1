import { hours, type Instant, later } from '../values/time.ts'

/** The stretch in which a throttle counts. */
export const anHour = hours(1)

/**
 * The first instant from `from` on at which one more may begin, where `times` (ascending) begin or have begun: no 60 minutes, wherever
 * they start, then hold more than `most`. One that began exactly an hour before no longer counts.
 */
export function slotFor(times: readonly Instant[], most: number, from: Instant): Instant {
  let slot = from
  for (let index = 0; index + most <= times.length; index += 1) {
    const first = times[index]!
    const last = times[index + most - 1]!
    // So many within an hour already: nothing may stand near enough to all of them.
    if (last - first < anHour && slot > last - anHour && slot < first + anHour) slot = later(first, anHour)
  }
  return slot
}
