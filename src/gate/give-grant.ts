import type { Tx } from '../store/store.ts'
import { refuse } from '../values/fault.ts'
import { companyIdentity, type GrantId } from '../values/id.ts'
import { formatUsd } from '../values/money.ts'
import { days, formatDuration, later } from '../values/time.ts'
import type { GrantFoundation, NewGrant } from './grant.ts'

/** What is approved for longer is forgotten, not approved. */
const longestGrant = days(366)
/** A day of mail to a large audience; more than that is no routine that someone looked at. */
const mostUses = 100_000

/** See `Grants.give`. */
export async function giveGrant({ journal, clock, ids }: GrantFoundation, tx: Tx, grant: NewGrant): Promise<GrantId> {
  refuseTooWide(grant)
  refuseNonsense(grant)
  if (grant.subject !== undefined) {
    const row = await tx.db.selectFrom('identities').select('id').where('id', '=', grant.subject).executeTakeFirst()
    if (!row) refuse('identity.unknown', { handle: grant.subject })
  }
  const id = ids.next('grn')
  const now = clock.now()
  const { action, why, maxUses, externalOk } = grant
  const subject = grant.subject ?? null
  const payee = grant.payee ?? null
  const maxAmount = grant.maxAmount ?? null
  const expiresAt = later(now, grant.lasts)
  const seq = await journal.append(tx, {
    kind: 'grant.given',
    subject: subject ?? companyIdentity,
    origin: 'operator',
    payload: {
      grant: id,
      action,
      scope: scopeOf(grant),
      why,
      terms: { subject, payee, maxAmount, maxUses, externalOk, expiresAt },
    },
  })
  await tx.db
    .insertInto('grants')
    .values({
      id,
      action,
      subject,
      payee,
      max_amount: maxAmount,
      max_uses: maxUses,
      uses: 0,
      external_ok: externalOk ? 1 : 0,
      given_at: now,
      expires_at: expiresAt,
      withdrawn_at: null,
      given_seq: seq,
    })
    .execute()
  return id
}

function refuseTooWide({ action, risk, payee, maxAmount, externalOk }: NewGrant): void {
  const tooWide = (what: string): never => refuse('grant.too-wide', { what })
  if (risk === 'contractual') tooWide(`${action}, which is contractual`)
  if (action === '' || action.includes('*')) tooWide('more than one action')
  if (risk !== 'chargeable') return
  if (externalOk) tooWide('charges that text from outside has shaped')
  if (payee === undefined || payee === '') tooWide('charges to anyone')
  if (maxAmount === undefined) tooWide('charges of any amount')
}

function refuseNonsense({ maxUses, maxAmount, lasts }: NewGrant): void {
  const invalid = (why: string): never => refuse('input.invalid', { what: 'The grant', why })
  if (!Number.isSafeInteger(maxUses) || maxUses < 1 || maxUses > mostUses) invalid(`it is for 1 to ${mostUses} uses`)
  if (maxAmount !== undefined && !(Number.isSafeInteger(maxAmount) && maxAmount >= 0)) invalid('its amount is below 0')
  if (!(lasts > 0 && lasts <= longestGrant)) invalid(`it lasts up to ${formatDuration(longestGrant)}`)
}

/** What it covers, in words for the operator. */
function scopeOf({ subject, payee, maxAmount, maxUses, externalOk }: NewGrant): string {
  return [
    subject === undefined ? 'about anyone' : `about ${subject}`,
    ...(payee === undefined ? [] : [`to ${payee}`]),
    ...(maxAmount === undefined ? [] : [`up to ${formatUsd(maxAmount)} each`]),
    maxUses === 1 ? 'once' : `${maxUses} times`,
    ...(externalOk ? ['also with text from outside'] : []),
  ].join(', ')
}
