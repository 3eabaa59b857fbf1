import assert from 'node:assert/strict'
import fc from 'fast-check'
import { afterEach, beforeEach, test } from 'vitest'
import type { NewGrant, Use } from '../../src/gate/grant.ts'
import { derivedId, type GrantId, type IdentityId } from '../../src/values/id.ts'
import { usd } from '../../src/values/money.ts'
import { days, hours } from '../../src/values/time.ts'
import { faultOf } from '../identity/company.ts'
import { openDesk, type TestDesk } from './desk.ts'

let desk: TestDesk
let ana: IdentityId
beforeEach(async () => {
  desk = await openDesk()
  ana = await desk.company.person('Ana')
})
afterEach(() => desk.company.close())

const mail: NewGrant = {
  ...{ action: 'mail.send', risk: 'outward', maxUses: 3, lasts: days(30), externalOk: false },
  why: 'weekly letters',
}
const charge: NewGrant = { ...mail, action: 'billing.charge', risk: 'chargeable', payee: 'acme', maxAmount: usd(20) }
const effectKey = derivedId('eff', 'x')

const give = (grant: NewGrant) => desk.company.store.write((tx) => desk.grants.give(tx, grant))
const use = (changes: Partial<Use> = {}) =>
  desk.company.store.write((tx) =>
    desk.grants.use(tx, {
      ...{ action: 'mail.send', risk: 'outward', subject: ana, origin: 'system', effectKey },
      ...changes,
    }),
  )
const useCharge = (changes: Partial<Use> = {}) =>
  use({ action: 'billing.charge', risk: 'chargeable', payee: 'acme', amount: usd(20), ...changes })

test('a grant covers its action until its uses are used up', async () => {
  const grant = await give(mail)
  assert.equal(await use({ action: 'mail.delete' }), undefined)
  assert.deepEqual([await use(), await use(), await use(), await use()], [grant, grant, grant, undefined])
  const events = await desk.company.journal.page({ after: 0, limit: 100, kind: 'grant.used' })
  assert.deepEqual(
    events.map((event) => [event.subject, event.payload]),
    Array.from({ length: 3 }, () => [ana, { grant, key: effectKey }]),
  )
})

test('a grant for one subject or payee covers no other', async () => {
  const eve = await desk.company.person('Eve')
  const grant = await give({ ...mail, subject: ana, payee: 'acme' })
  assert.equal(await use({ subject: eve, payee: 'acme' }), undefined)
  assert.equal(await use({ payee: 'other' }), undefined)
  assert.equal(await use(), undefined)
  assert.equal(await use({ payee: 'acme' }), grant)
})

test('a grant for one record of somebody covers what is about them under another, for as long as the two are one', async () => {
  const nova = await desk.company.person('Ana Nova')
  const grant = await give({ ...mail, subject: nova })
  const { store, identities } = desk.company
  const both = { evidence: ['She wrote from both'], origin: 'operator' } as const
  const merge = await store.write((tx) => identities.merges.merge(tx, { into: ana, from: nova, ...both }))
  assert.deepEqual([await use(), await use({ subject: nova })], [grant, grant])
  await store.write((tx) => identities.merges.unmerge(tx, { merge, why: 'sisters', origin: 'operator' }))
  assert.deepEqual([await use(), await use({ subject: nova })], [undefined, grant])
})

test('a charge is covered for the same payee within the amount, and never when text from outside shaped it', async () => {
  const grant = await give(charge)
  assert.equal(await useCharge({ payee: 'evil' }), undefined)
  assert.equal(await useCharge({ amount: usd(20.01) }), undefined)
  assert.equal(await useCharge({ origin: 'external' }), undefined)
  const { payee: _payee, ...anyone } = charge
  await give({ ...anyone, risk: 'outward' })
  assert.equal(await useCharge({ payee: 'evil' }), undefined, 'a grant without payee was given for another risk')
  assert.equal(await useCharge({ risk: 'contractual' }), undefined)
  assert.equal(await useCharge(), grant)
})

test('a use that names no amount is not covered by a grant with a limit', async () => {
  await give({ ...mail, maxAmount: usd(5) })
  assert.equal(await use(), undefined)
  assert.equal(await use({ amount: usd(6) }), undefined)
  assert.notEqual(await use({ amount: usd(5) }), undefined)
})

test('content made of text from outside needs a grant that says so', async () => {
  await give(mail)
  assert.equal(await use({ origin: 'external' }), undefined)
  const open = await give({ ...mail, externalOk: true, lasts: days(60) })
  assert.equal(await use({ origin: 'external' }), open)
})

test('of several grants the one that ends first is used', async () => {
  const long = await give({ ...mail, lasts: days(9), maxUses: 1 })
  const short = await give({ ...mail, lasts: days(2), maxUses: 1 })
  assert.deepEqual([await use(), await use(), await use()], [short, long, undefined])
})

test('a grant ends at its time, or when it is withdrawn', async () => {
  const { clock, store } = desk.company
  const brief = await give({ ...mail, lasts: hours(1) })
  clock.pass(hours(1) - 1)
  assert.equal(await use(), brief)
  clock.pass(1)
  assert.equal(await use(), undefined)
  const grant = await give(mail)
  const withdraw = (id: GrantId) => store.write((tx) => desk.grants.withdraw(tx, id))
  await withdraw(grant)
  assert.equal(await use(), undefined)
  assert.equal(await faultOf(withdraw(grant)), 'grant.not-possible')
  assert.equal(await faultOf(withdraw('grn_none' as GrantId)), 'input.unknown')
})

test('what is too wide cannot be granted at all', async () => {
  const { payee: _payee, ...anyone } = charge
  const { maxAmount: _amount, ...unlimited } = charge
  const wide: NewGrant[] = [
    { ...mail, risk: 'contractual' },
    { ...mail, action: '*' },
    { ...mail, action: 'mail.*' },
    { ...mail, action: '' },
    anyone,
    unlimited,
    { ...charge, externalOk: true },
  ]
  for (const grant of wide) assert.equal(await faultOf(give(grant)), 'grant.too-wide')
  for (const maxUses of [0, -1, 1.5, 1e9, Number.NaN])
    assert.equal(await faultOf(give({ ...mail, maxUses })), 'input.invalid')
  for (const lasts of [days(0), days(-1), days(400)])
    assert.equal(await faultOf(give({ ...mail, lasts })), 'input.invalid')
  assert.equal(await faultOf(give({ ...mail, subject: 'idn_nobody' as IdentityId })), 'identity.unknown')
  assert.deepEqual(await desk.grants.list({ limit: 10 }), [])
})

test('what is given says in the journal all that limits it', async () => {
  const grant = await give(charge)
  const [event] = await desk.company.journal.page({ after: 0, limit: 10, kind: 'grant.given' })
  assert.deepEqual(
    [event?.origin, event?.payload],
    [
      'operator',
      {
        ...{ grant, action: 'billing.charge', why: 'weekly letters' },
        scope: 'about anyone, to acme, up to $20.00 each, 3 times',
        terms: {
          ...{ subject: null, payee: 'acme', maxAmount: 20_000_000, maxUses: 3, externalOk: false },
          expiresAt: Date.UTC(2026, 2, 31),
        },
      },
    ],
  )
})

test('grants are listed in pages', async () => {
  const given = [await give(mail), await give(mail), await give(charge)].sort()
  const first = await desk.grants.list({ limit: 2 })
  const rest = await desk.grants.list({ limit: 2, after: first[1]!.id })
  assert.deepEqual(
    [...first, ...rest].map((row) => row.id),
    given,
  )
})

test('uses never exceed what was given, however many ask at once and whoever fails', async () => {
  const attempt = fc.record({ fails: fc.boolean(), turn: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 5 }),
      fc.array(attempt, { maxLength: 15 }),
      async (maxUses, attempts) => {
        const action = `do.${effectsMade}`
        effectsMade += 1
        await give({ ...mail, action, maxUses })
        const { store } = desk.company
        const ended = await Promise.allSettled(
          attempts.map(async ({ fails, turn }) => {
            if (turn) await new Promise((resolve) => setImmediate(resolve))
            return store.write(async (tx) => {
              const grant = await desk.grants.use(tx, {
                action,
                risk: 'outward',
                subject: ana,
                origin: 'system',
                effectKey,
              })
              if (fails) throw new RangeError('the effect could not be intended')
              return grant
            })
          }),
        )
        const covered = ended.filter((end) => end.status === 'fulfilled' && end.value !== undefined).length
        const row = await store.read
          .selectFrom('grants')
          .select('uses')
          .where('action', '=', action)
          .executeTakeFirstOrThrow()
        assert.equal(row.uses, covered)
        assert.equal(covered, Math.min(maxUses, attempts.filter(({ fails }) => !fails).length))
      },
    ),
    { numRuns: 30 },
  )
})

let effectsMade = 0
