import { APICallError, JSONParseError } from '@ai-sdk/provider'
import { expect, test } from 'vitest'
import { verdictOf } from '../../src/models/call-failed.ts'
import { modelFault } from '../../src/models/model-fault.ts'
import { fault, Refusal } from '../../src/values/fault.ts'
import { seconds } from '../../src/values/time.ts'

const asked = { choice: { name: 'acme/m' }, hide: (text: string) => text }
const signal = new AbortController().signal
const call = (statusCode: number | undefined, more: object = {}) =>
  new APICallError({
    message: 'no',
    url: 'x',
    requestBodyValues: {},
    ...(statusCode === undefined ? {} : { statusCode }),
    ...more,
  })
const verdict = (caught: unknown) => verdictOf(modelFault(caught, asked, signal))
const coded = (code: string) => ({ cause: Object.assign(new Error(code), { code }) })

test.each([
  [400, { owed: 'nothing', ofAccount: true }],
  [401, { failure: 'locked', owed: 'nothing', ofAccount: true }],
  [402, { failure: 'locked', owed: 'nothing', ofAccount: true }],
  [403, { failure: 'locked', owed: 'nothing', ofAccount: true }],
  [404, { owed: 'nothing', ofAccount: false }],
  [408, { failure: 'down', owed: 'nothing', ofAccount: true }],
  [429, { failure: 'limited', owed: 'nothing', ofAccount: true }],
  [500, { failure: 'down', owed: 'nothing', ofAccount: true }],
  [502, { failure: 'down', owed: 'unknown', ofAccount: true }],
  [503, { failure: 'down', owed: 'nothing', ofAccount: true }],
  [504, { failure: 'down', owed: 'unknown', ofAccount: true }],
  [522, { failure: 'down', owed: 'unknown', ofAccount: true }],
  [529, { failure: 'down', owed: 'nothing', ofAccount: true }],
])('a %i says of the account and of the bill: %j', (status, expected) => {
  expect(verdict(call(status))).toEqual(expected)
})

test('an empty header asks for no pause', () => {
  expect(verdict(call(429, { responseHeaders: { 'retry-after-ms': '', 'retry-after': '' } }))).not.toHaveProperty(
    'retryAfter',
  )
})

test('the pause that the provider asks for goes to the breaker', () => {
  expect(verdict(call(429, { responseHeaders: { 'retry-after': '30' } }))).toMatchObject({ retryAfter: seconds(30) })
})

test.each([
  [429, '{"error":{"code":"insufficient_quota"}}'],
  [400, '{"error":{"message":"Your credit balance is too low to access the API"}}'],
])('an empty purse (%i) is a bill to pay, not a crowd', (status, responseBody) => {
  expect(verdict(call(status, { responseBody }))).toMatchObject({ failure: 'locked', owed: 'nothing' })
})

test('an answer that a filter took back may have been billed', () => {
  expect(verdict(call(400, { responseBody: '{"error":{"code":"content_filter"}}' })).owed).toBe('unknown')
})

test.each(['ECONNREFUSED', 'ENOTFOUND', 'UND_ERR_CONNECT_TIMEOUT'])('what never arrived (%s) costs nothing', (code) => {
  expect(verdict(call(undefined, coded(code)))).toEqual({ failure: 'down', owed: 'nothing', ofAccount: true })
})

test.each(['ECONNRESET', 'UND_ERR_SOCKET', 'EPIPE'])('a connection that broke (%s) may have brought it', (code) => {
  expect(verdict(call(undefined, coded(code)))).toEqual({ failure: 'down', owed: 'unknown', ofAccount: true })
})

test('an answer outside the protocol is malformed, and may be owed', () => {
  const cause = new JSONParseError({ text: '<', cause: new Error('x') })
  expect(verdict(call(200, { cause }))).toEqual({ failure: 'malformed', owed: 'unknown', ofAccount: true })
})

test('a call that was stopped says nothing of the account', () => {
  const stop = new AbortController()
  stop.abort(new Refusal(fault('task.cancelled', { task: 'work' })))
  expect(verdictOf(modelFault(call(500), asked, stop.signal))).toEqual({ owed: 'unknown', ofAccount: false })
})
