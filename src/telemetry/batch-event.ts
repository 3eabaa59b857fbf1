import type { ReservationId } from '../values/id.ts'

/** Turns of models that wait in a provider's batch. `id` is what the provider knows the request by. */
export interface BatchEvents {
  'batch.intended': { id: string; step: string; round: number; model: string; reservation: ReservationId | null }
  /** `batch` is the provider's id of it. */
  'batch.sent': { id: string; batch: string }
  /** `unreadable`: paid for, and no answer. */
  'batch.ended': { id: string; how: 'answered' | 'expired' | 'refused' | 'cancelled' | 'unreadable' }
}
