import type { Verdict } from '../gate/gate.ts'
import { changedShare } from '../memory/distil/decision-features.ts'
import { compiled } from '../store/compiled.ts'
import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import type { Card } from '../telemetry/card.ts'
import type { GateId } from '../values/id.ts'

// A word or two, a name set right: the work was right. More of it written anew, and the operator has done it over.
const mostEdited = 0.1

/**
 * Keeps how sure an agent was of what the operator has just decided on, and whether it was right, in the transaction of the decision:
 * numbers, no text. What an agent did not put a number to, and what is no agent's work, is left out.
 */
export async function noteConfidence(
  tx: Tx,
  gate: Row<'gates'>,
  verdict: Verdict,
  card: Card | undefined,
): Promise<void> {
  const { hash, doer } = card?.madeBy ?? {}
  if (!card || hash === undefined || doer === undefined || card.rawConfidence === undefined) return
  const outcome = wasRight(verdict, card) ? 'right' : 'wrong'
  await insertPoint.run(tx.db, { gate: gate.id, agent: doer, hash, raw: card.rawConfidence, outcome })
}

/** Whether a gate asks about somebody's work. */
export function judgesWork({ reason }: Pick<Row<'gates'>, 'reason'>): boolean {
  return reason === 'review' || reason === 'policy'
}

function wasRight(verdict: Verdict, card: Card): boolean {
  if (verdict.verdict === 'approved') return true
  return verdict.verdict === 'edited' && changedShare(card.content, verdict.content) <= mostEdited
}

type NewPoint = { gate: GateId; agent: string; hash: string; raw: number; outcome: 'right' | 'wrong' }
const insertPoint = compiled((db, given: NewPoint) =>
  db
    .insertInto('confidence_points')
    .columns(['gate_id', 'agent', 'hash', 'raw', 'outcome', 'seq'])
    .expression(
      db
        .selectFrom('decisions')
        .where('gate_id', '=', given.gate)
        .select(({ val, cast }) => [
          'gate_id',
          cast<string>(val(given.agent), 'text').as('agent'),
          cast<string>(val(given.hash), 'text').as('hash'),
          cast<number>(val(given.raw), 'real').as('raw'),
          cast<'right' | 'wrong'>(val(given.outcome), 'text').as('outcome'),
          'seq',
        ]),
    ),
)
