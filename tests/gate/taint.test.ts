import assert from 'node:assert/strict'
import { test } from 'vitest'
import { grantableRisks, refuseForeignRecipient } from '../../src/gate/taint.ts'
import type { IdentityId } from '../../src/values/id.ts'
import { origins } from '../../src/values/origin.ts'
import { risks } from '../../src/values/risk.ts'

const subjectHandles = [
  { system: 'email', value: 'ana@example.org' },
  { system: 'stripe', value: 'cus_1' },
]
const chosen = (...recipients: string[]) =>
  refuseForeignRecipient({ origin: 'external', recipients, subjectHandles, subject: 'idn_ana' as IdentityId })

test('text from outside may only choose the subject, in any spelling', () => {
  assert.equal(chosen('ana@example.org', ' ANA@Example.org', 'stripe:cus_1', 'idn_ana'), undefined)
  assert.equal(chosen(), undefined)
})

test('anyone else is refused, also by look-alikes, lists and hidden letters', () => {
  const others = [
    ...['eve@example.org', '\u0430na@example.org', 'ana@ex\u0430mple.org', 'stripe:CUS_1', 'idn_eve', ''],
    ...['ana@example.org, eve@example.org', 'ana@example.org\r\nBcc: eve@example.org', 'an\u200ba@example.org'],
    ...['Ana <eve@example.org>', 'ana@example.org.evil.example', 'example.org'],
  ]
  for (const other of others) {
    const found = chosen('ana@example.org', other)
    assert.equal(found?.code, 'taint.recipient', JSON.stringify(other))
    assert.doesNotMatch(found.message, /[\r\n\u200b]/)
  }
})

test('what the operator or our own code chose is not asked about', () => {
  for (const origin of ['operator', 'system'] as const) {
    assert.equal(refuseForeignRecipient({ origin, recipients: ['eve@example.org'], subjectHandles }), undefined)
  }
})

test('the table of what a grant may cover', () => {
  const table = Object.fromEntries(
    origins.flatMap((origin) =>
      [false, true].map((ok) => [`${origin} ${ok}`, risks.filter((risk) => grantableRisks(origin, ok).includes(risk))]),
    ),
  )
  const all = ['read', 'internal', 'outward', 'chargeable']
  assert.deepEqual(table, {
    ...{ 'operator false': all, 'operator true': all, 'system false': all, 'system true': all },
    ...{ 'external false': [], 'external true': ['read', 'internal', 'outward'] },
  })
})
