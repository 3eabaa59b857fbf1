import type { Filled, Place } from './fill.ts'
import { counted, named } from './name.ts'
import type { Fields } from './walk.ts'

/** How sure something is that nobody understood. */
const offlineConfidence = 0.3

/** A number from the inputs by its name, or a count of one of their lists; else the one nearest to 0 that the schema allows. */
export function fillNumber(schema: Fields, name: string, place: Place): Filled {
  if (name === 'confidence') return { value: nearest(schema, offlineConfidence), known: true }
  const copy = named(place.found, name).find(
    ({ value }) => typeof value === 'number' && place.shape.fits(schema, value),
  )
  if (copy) return { value: copy.value, known: true }
  const count = counted(place.found, name, place.matter.sources.length)
  if (count !== undefined && place.shape.fits(schema, count)) return { value: count, known: true }
  return { value: nearest(schema, 0), known: false }
}

function nearest(schema: Fields, wanted: number): number {
  const whole = schema.type === 'integer'
  const step = Number(schema.multipleOf ?? (whole ? 1 : 0))
  const inner = step > 0 ? step : 1e-6 * Math.max(1, Math.abs(wanted))
  const low = Math.max(bound(schema.minimum, -Infinity), bound(schema.exclusiveMinimum, -Infinity) + inner)
  const high = Math.min(bound(schema.maximum, Infinity), bound(schema.exclusiveMaximum, Infinity) - inner)
  const held = Math.min(Math.max(wanted, low), high)
  if (step <= 0) return held
  const up = Math.ceil(held / step) * step
  return up <= high ? up : Math.floor(held / step) * step
}

function bound(value: unknown, none: number): number {
  return typeof value === 'number' ? value : none
}
