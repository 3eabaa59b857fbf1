import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import fc from 'fast-check'
import { test } from 'vitest'
import { readToken, unsubscribeToken } from '../../src/identity/unsubscribe.ts'
import type { IdentityId } from '../../src/values/id.ts'

const key = createSecretKey(Buffer.alloc(32, 1))
const otherKey = createSecretKey(Buffer.alloc(32, 2))
const audience = 'idn_readers' as IdentityId
const member = 'idn_ana' as IdentityId
const token = unsubscribeToken(key, audience, member)

test('a token says who leaves which audience, and fits into a link as it is', () => {
  assert.deepEqual(readToken(key, token), { audience, member })
  assert.equal(encodeURIComponent(token), token)
  assert.equal(unsubscribeToken(key, audience, member), token)
})

test('the longest ids give a token that can still be read', () => {
  const long = `idn_${'x'.repeat(64)}` as IdentityId
  assert.deepEqual(readToken(key, unsubscribeToken(key, long, long)), { audience: long, member: long })
})

test('a token of another key, for another member or with anything changed says nothing', () => {
  const [, , signature] = token.split('.')
  const wrong = [
    ...['', '.', '..', token.slice(0, -1), `${token}.x`, `${token}=`, ` ${token}`, 'x'.repeat(1e6)],
    ...[`${audience}.idn_eve.${signature}`, `${member}.${audience}.${signature}`, `${audience}.${member}.`],
  ]
  for (const text of wrong) assert.equal(readToken(key, text), undefined, text.slice(0, 99))
  assert.equal(readToken(otherKey, token), undefined)
})

test('no single changed character is let through', () => {
  const place = fc.nat({ max: token.length - 1 })
  fc.assert(
    fc.property(place, fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }), (at, letter) => {
      if (token[at] === letter) return
      assert.equal(readToken(key, token.slice(0, at) + letter + token.slice(at + 1)), undefined)
    }),
    { numRuns: 1000 },
  )
})
