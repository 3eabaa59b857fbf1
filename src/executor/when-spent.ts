import { isPractice } from '../store/practice.ts'
import type { WhenSpent } from '../values/doer.ts'
import type { Attempt } from './attempt.ts'
import { deferStep } from './defer.ts'
import type { Performed } from './ending.ts'
import { askForMoney, type Shortage } from './money-gate.ts'
import { afterOthers } from './repeat.ts'

/** What becomes of a step that cannot be paid: as its task says, else its agent, else its workflow. In an eval nobody is asked. */
export function whenSpentOf({ place, own, run }: Pick<Attempt, 'place' | 'own' | 'run'>): WhenSpent {
  const ofAgent = isPractice(run) ? undefined : own?.whenSpent
  return place.node.budget?.whenSpent ?? ofAgent ?? place.plan.budget?.whenSpent ?? 'ask'
}

/** Ends an attempt whose step cannot be paid, as its budget says; `downgrade` has found nobody cheaper by then. */
export async function outOfMoney(
  attempt: Attempt,
  key: string,
  short: Shortage,
): Promise<Exclude<Performed, { kind: 'done' }>> {
  const whenSpent = whenSpentOf(attempt)
  switch (whenSpent) {
    case 'stop':
      return (await afterOthers(attempt, short)) ?? { kind: 'fault', fault: { ...short.fault, retry: 'never' } }
    case 'ask':
      return askForMoney(attempt, key, short)
    case 'downgrade':
      return askForMoney(attempt, key, short, 'No cheaper model can be paid either. ')
    case 'defer': {
      const deferred = await deferStep(attempt, short)
      return deferred.kind === 'postponed' ? deferred : askForMoney(attempt, key, short, `${deferred.why} `)
    }
    default:
      return whenSpent satisfies never
  }
}
