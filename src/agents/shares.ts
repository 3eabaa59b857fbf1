import { hash } from 'node:crypto'
import { refuse } from '../values/fault.ts'
import type { RunId } from '../values/id.ts'

/** How much of an agent's work a version takes, in whole percents. */
export interface Share {
  readonly hash: string
  readonly share: number
}

const whole = 100

/** Fault `release.bad-shares` unless these are whole percents from 1 that sum to 100, each version once. */
export function demandShares(agent: string, shares: readonly Share[]): void {
  const bad = (why: string): never => refuse('release.bad-shares', { agent, why })
  const odd = shares.find(({ share }) => !Number.isInteger(share) || share < 1 || share > whole)
  if (odd) bad(`${odd.share} is no whole percent from 1 to 100`)
  if (new Set(shares.map((one) => one.hash)).size < shares.length) bad('one version is named twice')
  const sum = shares.reduce((total, { share }) => total + share, 0)
  if (sum !== whole) bad(`they sum to ${sum} %`)
}

/**
 * Which of the versions a run takes: the same for the same run, agent and shares, in every process; over many runs each version
 * gets its share. 48 bits of SHA-256 as a place between 0 and 100, and the versions laid side by side in the order of their hashes.
 */
export function drawnBy(run: RunId, agent: string, shares: readonly Share[]): string {
  const bits = 48
  const place =
    (Number.parseInt(hash('sha256', JSON.stringify([run, agent])).slice(0, bits / 4), 16) / 2 ** bits) * whole
  let upTo = 0
  for (const { hash: version, share } of shares.toSorted((a, b) => (a.hash < b.hash ? -1 : 1))) {
    upTo += share
    if (place < upTo) return version
  }
  throw new TypeError(`the shares of ${agent} sum to ${upTo}`)
}

/** What is left when some versions go: the others share their part in proportion. */
export function sharesWithout(shares: readonly Share[], gone: ReadonlySet<string>): Share[] {
  const left = shares.filter((one) => !gone.has(one.hash))
  return inProportion(left, whole)
}

/** A version takes `share` percents; the others, without it, what is left of the hundred. Who would have less than one percent has none. */
export function sharesWith(shares: readonly Share[], { hash: fresh, share }: Share): Share[] {
  const left = shares.filter((one) => one.hash !== fresh)
  return [...inProportion(left, whole - share).filter((one) => one.share > 0), { hash: fresh, share }]
}

/** In whole percents by the largest remainder. */
function inProportion(shares: readonly Share[], total: number): Share[] {
  const sum = shares.reduce((all, { share }) => all + share, 0)
  const exact = shares.map((one) => ({ ...one, exact: (one.share * total) / sum }))
  const missing = total - exact.reduce((all, one) => all + Math.floor(one.exact), 0)
  const first = new Set(
    exact
      .toSorted((a, b) => (b.exact % 1) - (a.exact % 1) || (a.hash < b.hash ? -1 : 1))
      .slice(0, missing)
      .map((one) => one.hash),
  )
  return exact.map((one) => ({ hash: one.hash, share: Math.floor(one.exact) + (first.has(one.hash) ? 1 : 0) }))
}
