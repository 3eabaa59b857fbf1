import type { Fault } from '../values/fault.ts'

/** What automations take of the operator, and what wants to be mended. `about` is `workflow:NAME` or `agent:NAME`, in maintenance `adapter:NAME` too. */
export interface UpkeepEvents {
  /** Older events name an `adapter` instead. */
  'maintenance.opened': { about?: string; adapter?: string; fault: Fault }
  'maintenance.closed': { about?: string; adapter?: string; opened: number }
  /** Time that the operator says they spent. */
  'upkeep.logged': { about: string; minutes: number; why: string }
  'upkeep.reviewed': { about: string; why: string }
  /** `review`: the event that said it was reviewed. */
  'upkeep.review-undone': { about: string; review: number; why: string }
  /** `schedules` are those that were active and are paused with it. */
  'upkeep.paused': { about: string; schedules: readonly string[]; why: string }
  'upkeep.resumed': { about: string; schedules: readonly string[]; why: string }
}

/** What a maintenance event is about, whenever it was written. */
export function maintained({ about, adapter }: { readonly about?: string; readonly adapter?: string }): string {
  return about ?? `adapter:${adapter}`
}
