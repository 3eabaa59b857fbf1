import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import {
  ghostSignature,
  hmacSignature,
  type Signature,
  standardSignature,
  stripeSignature,
} from '../../src/adapters/index.ts'
import { standardHeaders, standardKey } from '../../src/adapters/webhooks/standard.ts'
import { unsigned } from '../../src/adapters/webhooks/verify.ts'
import { instant, later, minutes } from '../../src/values/time.ts'

const now = instant(1_614_265_330_000)
const body = Buffer.from('{"test": 2432232314}')
const mac = (key: string | Buffer, text: string, encoding: 'hex' | 'base64' = 'hex') =>
  createHmac('sha256', key).update(text).digest(encoding)
const why = (signature: Signature, secret: string, headers: Record<string, string>, at = now, bytes = body) =>
  unsigned(signature, secret, { body: bytes, header: (name) => headers[name] }, at)

// The published example of the specification's own libraries.
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const example = {
  'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  'webhook-timestamp': '1614265330',
  'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
}

test('the example of Standard Webhooks is signed, here and there', () => {
  expect(why(standardSignature({ secret: 's' }), secret, example)).toBeUndefined()
  const key = standardKey(secret)
  expect(key && standardHeaders(key, example['webhook-id'], 1_614_265_330, body)).toEqual(example)
})

test('one good signature among several is enough; another version, body, id or key is none', () => {
  const standard = standardSignature({ secret: 's' })
  const good = example['webhook-signature']
  const also = { ...example, 'webhook-signature': `v1,AAAA v2,${good.slice(3)} ${good}` }
  expect(why(standard, secret, also)).toBeUndefined()
  for (const wrong of [
    { ...example, 'webhook-signature': `v2,${good.slice(3)}` },
    { ...example, 'webhook-signature': good.slice(0, -4) },
    { ...example, 'webhook-signature': '' },
    { ...example, 'webhook-id': 'msg_other' },
    { ...example, 'webhook-timestamp': '1614265331' },
  ])
    expect(why(standard, secret, wrong)).toBe('its signature does not fit')
  expect(why(standard, secret, { 'webhook-id': 'a' })).toMatch('lacks')
  expect(why(standard, secret, { ...example, 'webhook-timestamp': 'now' })).toBe('its time is not now')
  expect(why(standard, 'whsec_short', example)).toMatch('whsec_')
  expect(why(standard, secret, example, now, Buffer.from('{"test": 2432232315}'))).toBe('its signature does not fit')
})

test.each([
  [5, undefined],
  [-5, undefined],
  [5.1, 'its time is not now'],
  [-5.1, 'its time is not now'],
])('a signature of %s minutes from now is %s', (away, told) => {
  const at = later(now, minutes(away))
  expect(why(standardSignature({ secret: 's' }), secret, example, at)).toBe(told)
  const seconds = now / 1000
  const stripe = { 'stripe-signature': `t=${seconds},v1=${mac('k', `${seconds}.${body}`)}` }
  expect(why(stripeSignature({ secret: 's' }), 'k', stripe, at)).toBe(told)
  const ghost = { 'x-ghost-signature': `sha256=${mac('k', `${body}${now}`)}, t=${now}` }
  expect(why(ghostSignature({ secret: 's' }), 'k', ghost, at)).toBe(told)
})

test('Stripe may sign with two secrets while one is changed', () => {
  const at = now / 1000
  const header = `t=${at},v1=${mac('old', `${at}.${body}`)},v1=${mac('new', `${at}.${body}`)},v0=x`
  expect(why(stripeSignature({ secret: 's' }), 'new', { 'stripe-signature': header })).toBeUndefined()
  expect(why(stripeSignature({ secret: 's' }), 'none', { 'stripe-signature': header })).toBe(
    'its signature does not fit',
  )
  expect(why(stripeSignature({ secret: 's' }), 'new', {})).toBe('it has no stripe-signature')
  expect(why(ghostSignature({ secret: 's' }), 'new', { 'x-ghost-signature': 'nonsense' })).toBe(
    'its signature does not fit',
  )
})

test('an HMAC in a header is read with its prefix and encoding', () => {
  const github = hmacSignature({ secret: 's', header: 'X-Hub-Signature-256', prefix: 'sha256=' })
  expect(why(github, 'k', { 'x-hub-signature-256': `sha256=${mac('k', String(body))}` })).toBeUndefined()
  expect(why(github, 'k', { 'x-hub-signature-256': mac('k', String(body)) })).toMatch('does not begin')
  expect(why(github, 'k', {})).toMatch('it has no')
  const shopify = hmacSignature({ secret: 's', header: 'x-shopify-hmac-sha256', encoding: 'base64' })
  expect(why(shopify, 'k', { 'x-shopify-hmac-sha256': mac('k', String(body), 'base64') })).toBeUndefined()
  expect(why(shopify, 'j', { 'x-shopify-hmac-sha256': mac('k', String(body), 'base64') })).toBe(
    'its signature does not fit',
  )
})
