import type { Attack } from './attack.ts'
import { channelAttacks } from './attacks-channel.ts'
import { fileAttacks } from './attacks-files.ts'
import { loadAttacks } from './attacks-load.ts'
import { networkAttacks } from './attacks-network.ts'
import { processAttacks } from './attacks-processes.ts'

/** All hostile agents. */
export const attacks: readonly Attack[] = [
  ...fileAttacks,
  ...networkAttacks,
  ...processAttacks,
  ...channelAttacks,
  ...loadAttacks,
]

/** Every third of them, from there: with three starts, all. */
export function sampled(from: number): readonly Attack[] {
  return attacks.filter((_attack, at) => at % 3 === from)
}
