import assert from 'node:assert/strict'
import { test } from 'vitest'
import { formatHandle, parseHandle } from '../../src/identity/normalise.ts'

test.each([
  '+420 777 123 456',
  '+420777123456',
  'phone:00420 777-123-456',
  'tel:+420.777.123.456',
  '＋420 (777) 123/456',
  'phone:+420 (0)777 123 456',
  'phone:+420 777 123 456',
])('%s is one phone number', (text) => {
  const parsed = parseHandle(text)
  assert.ok(parsed.ok)
  assert.equal(formatHandle(parsed.value), 'phone:+420777123456')
})

test.each([
  ['phone:777 123 456', /country code/],
  ['phone:0777123456', /country code/],
  ['phone:+420', /no phone number/],
  ['phone:+0420777123456', /no phone number/],
  ['phone:+4207771234567890', /no phone number/],
  ['phone:+420 777 CALL', /no phone number/],
  ['phone:', /no phone number/],
])('%s is refused, and says why', (text, why) => {
  const parsed = parseHandle(text)
  assert.match(parsed.ok ? 'it was read' : parsed.why, why)
})

test('what only begins like one is what it was: an address, another system', () => {
  const found = ['+tag@example.org', 'crm:+420777123456'].map((text) => parseHandle(text))
  assert.deepEqual(
    found.map((one) => (one.ok ? one.value.system : one.why)),
    ['email', 'crm'],
  )
})
