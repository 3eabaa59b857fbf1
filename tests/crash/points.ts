import { createHash } from 'node:crypto'

/** A moment to be killed at, as SOLOIST_CRASH takes it: `before:commit:17`. */
export type Point = `${'before' | 'after'}:${'commit' | 'call'}:${number}`

/** Before and after each commit and each call. */
export function allPoints(moments: { readonly commit: number; readonly call: number }): Point[] {
  return (['commit', 'call'] as const).flatMap((moment) =>
    Array.from({ length: moments[moment] }, (_, index) => index + 1).flatMap((nth): Point[] => [
      `before:${moment}:${nth}`,
      `after:${moment}:${nth}`,
    ]),
  )
}

/** So many of them, the same for each seed; half are calls, where a thing could happen twice. */
export function sampleOf(points: readonly Point[], count: number, seed: string): Point[] {
  const rank = (point: Point): string => createHash('sha256').update(`${seed} ${point}`).digest('hex')
  const ranked = points.toSorted((a, b) => rank(a).localeCompare(rank(b)))
  const calls = ranked.filter((point) => point.includes('call')).slice(0, Math.floor(count / 2))
  return [...calls, ...ranked.filter((point) => point.includes('commit')).slice(0, count - calls.length)]
}
