import type { Kernel } from '../../executor/kernel.ts'

/** What forgetting needs of a company, also of one that was only just unpacked and does not work yet. */
export type Parts = Pick<Kernel, 'store' | 'journal' | 'vault' | 'clock' | 'queue' | 'budget' | 'readPlan'>
