import type { Store } from '../store/store.ts'
import type { Journal } from '../telemetry/journal.ts'
import type { Clock } from '../values/time.ts'
import { approvals, lastApproved } from './approval.ts'
import { decide, decideBatch } from './decide.ts'
import { expire, nextDue } from './expire.ts'
import type { Gates } from './gate.ts'
import { openGate } from './open.ts'

export interface GateFoundation {
  readonly store: Store
  readonly journal: Journal
  readonly clock: Clock
}

export function openGates(foundation: GateFoundation): Gates {
  return {
    open: (tx, gate) => openGate(foundation, tx, gate),
    decide: (tx, gate, verdict) => decide(foundation, tx, gate, verdict),
    decideBatch: (tx, gates, verdict) => decideBatch(foundation, tx, gates, verdict),
    expire: (tx) => expire(foundation, tx),
    nextDue: () => nextDue(foundation.store),
    async stateOf(tx, gate) {
      const row = await tx.db.selectFrom('gates').select('state').where('id', '=', gate).executeTakeFirst()
      return row?.state
    },
    approvals,
    lastApproved: (workflow, taskName) => lastApproved(foundation, workflow, taskName),
  }
}
