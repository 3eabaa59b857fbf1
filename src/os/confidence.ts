import { type Calibration, calibrate, fewestDecisions, mostDecisions, type Point } from '../agents/calibration.ts'
import { compiled } from '../store/compiled.ts'
import type { Store } from '../store/store.ts'
import type { Card } from '../telemetry/card.ts'

/** How sure one may be of a piece of work: as its agent said it, and as the operator's decisions on that version say it. */
export interface Confidence {
  readonly raw: number
  /** `null`: too few decisions to tell. */
  readonly calibrated: number | null
  /** How many decisions on this version it stands on, and how many it takes at least. */
  readonly decisions: number
  readonly needed: number
}

/** Of what a card shows; `null` where no agent said how sure it is. */
export async function confidenceOf(store: Readers, card: Card | null): Promise<Confidence | null> {
  if (card?.rawConfidence === undefined || card.madeBy?.hash === undefined) return null
  const { decisions, calibration } = await calibrationOf(store, card.madeBy.hash)
  const raw = card.rawConfidence
  return { raw, calibrated: calibration?.at(raw) ?? null, decisions, needed: fewestDecisions }
}

/** The decisions on a version that its calibration stands on, oldest first. */
export async function pointsOf({ read }: Readers, hash: string): Promise<Point[]> {
  const rows = await newest.all(read, { hash, limit: mostDecisions })
  return rows.reverse().map(({ raw, outcome }) => ({ raw, right: outcome === 'right' ? 1 : 0 }))
}

interface Calibrated {
  readonly seq: number
  readonly decisions: number
  readonly calibration: Calibration | undefined
}

/** The calibration of a version, made anew when there is a new decision on it: some ten milliseconds of the last 500. */
export async function calibrationOf(store: Readers, hash: string): Promise<Omit<Calibrated, 'seq'>> {
  const known = made.get(store.read) ?? new Map<string, Calibrated>()
  made.set(store.read, known)
  const seq = (await newest.first(store.read, { hash, limit: 1 }))?.seq ?? 0
  const last = known.get(hash)
  if (last?.seq === seq) return last
  const points = await pointsOf(store, hash)
  const now = { seq, decisions: points.length, calibration: calibrate(points) }
  if (known.size >= mostKept) known.clear()
  known.set(hash, now)
  return now
}

type Readers = Pick<Store, 'read'>

// Versions that are at work at once are few; each calibration is a curve of some 20 corners.
const mostKept = 200
const made = new WeakMap<Store['read'], Map<string, Calibrated>>()

const newest = compiled((db, given: { hash: string; limit: number }) =>
  db
    .selectFrom('confidence_points')
    .select(['raw', 'outcome', 'seq'])
    .where('hash', '=', given.hash)
    .orderBy('seq', 'desc')
    .limit(given.limit),
)
