import type { Kernel } from '../../executor/kernel.ts'
import type { Chore } from '../chores.ts'
import { judging } from './judging.ts'
import { watchingDrift } from './watching-drift.ts'

/** What is done by itself about versions: trials are judged, and old versions watched. */
export function trialChores(kernel: Kernel, changed: () => void): readonly Chore[] {
  return [judging(kernel, changed), watchingDrift(kernel)]
}
