import type { ExpressionBuilder, ExpressionWrapper, SqlBool } from 'kysely'
import { type Group, groupOf } from '../identity/group.ts'
import type { Tx } from '../store/store.ts'
import type { Tables } from '../store/tables.ts'
import type { GrantId } from '../values/id.ts'
import type { Instant } from '../values/time.ts'
import type { GrantFoundation, Use } from './grant.ts'
import { grantableRisks } from './taint.ts'

/** See `Grants.use`. The count, the limit and the choice are one statement: two effects never share the last use. */
export async function useGrant({ journal, clock }: GrantFoundation, tx: Tx, use: Use): Promise<GrantId | undefined> {
  if (!grantableRisks(use.origin, true).includes(use.risk)) return undefined
  if (use.risk === 'chargeable' && (use.payee === undefined || use.amount === undefined)) return undefined
  const now = clock.now()
  // Whoever was merged is one: what the operator approved for one of the records holds for all, for as long as the merge stands.
  const group = await groupOf(tx.db, use.subject)
  const used = await tx.db
    .updateTable('grants')
    .set((eb) => ({ uses: eb('uses', '+', 1) }))
    .where('id', '=', (eb) =>
      eb
        .selectFrom('grants')
        .select('id')
        .where((inner) => covers(inner, use, group, now))
        .orderBy('expires_at')
        .orderBy('id')
        .limit(1),
    )
    // Again, for stores where another transaction may have taken the last use since.
    .whereRef('uses', '<', 'max_uses')
    .returning('id')
    .executeTakeFirst()
  if (!used) return undefined
  await journal.append(tx, {
    kind: 'grant.used',
    subject: use.subject,
    origin: 'system',
    ...(use.run === undefined ? {} : { run: use.run }),
    ...(use.task === undefined ? {} : { task: use.task }),
    payload: { grant: used.id, key: use.effectKey },
  })
  return used.id
}

function covers(
  eb: ExpressionBuilder<Tables, 'grants'>,
  { action, risk, payee, amount, origin }: Use,
  group: Group,
  now: Instant,
): ExpressionWrapper<Tables, 'grants', SqlBool> {
  return eb.and([
    eb('action', '=', action),
    eb('withdrawn_at', 'is', null),
    eb('expires_at', '>', now),
    eb('uses', '<', eb.ref('max_uses')),
    eb.or([eb('subject', 'is', null), eb('subject', 'in', [...group])]),
    payee === undefined ? eb('payee', 'is', null) : eb.or([eb('payee', 'is', null), eb('payee', '=', payee)]),
    amount === undefined
      ? eb('max_amount', 'is', null)
      : eb.or([eb('max_amount', 'is', null), eb('max_amount', '>=', amount)]),
    ...(risk === 'chargeable' ? [eb('payee', 'is not', null), eb('max_amount', 'is not', null)] : []),
    ...(origin === 'external' ? [eb('external_ok', '=', 1)] : []),
  ])
}
