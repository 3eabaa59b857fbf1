import type { DistilParts } from './distilling.ts'

export async function retireOld(_parts: DistilParts, _signal: AbortSignal): Promise<void> {}
