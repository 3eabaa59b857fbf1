import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { serve } from '../../src/api/serve.ts'
import { openTestCompany as openDesk } from '../api/company.ts'
import { faultOf, openCompany, type TestCompany } from '../identity/company.ts'

const tenMegabytes = 10 * 2 ** 20

let company: TestCompany
beforeEach(async () => {
  company = await openCompany()
})
afterEach(() => company.close())

test.each([
  ['of one line', 'x'.repeat(tenMegabytes)],
  ['of many', 'x\n'.repeat(tenMegabytes / 2)],
  ['of surrogates', '\u{1F600}'.repeat(tenMegabytes / 4)],
])('a message of 10 MB, %s, is refused, and nothing is written', async (_what, text) => {
  const ana = await company.person('Ana')
  const before = await company.events()
  const { store, identities } = company
  const message = { identity: ana, channel: 'mail', by: 'them', text, origin: 'external' } as const
  expect(await faultOf(store.write((tx) => identities.interactions.record(tx, message)))).toBe('input.too-large')
  expect(await company.events()).toBe(before)
})

test('a body of 10 MB is refused by the desk, whether it says how long it is or not', async () => {
  const desk = await openDesk()
  const served = await serve(desk.os, { port: 0 })
  try {
    const token = (await readFile(join(desk.folder, '.soloist', 'token'), 'utf8')).trim()
    for (const said of [true, false]) {
      const answer = await post(`${served.url}/api/knowledge/proposals`, token, said)
      expect(answer).toEqual({ status: 413, code: 'input.too-large' })
    }
  } finally {
    await served.close()
    await desk.close()
  }
})

/** Posts as a client that stops sending when it is answered, which fetch is not. */
function post(url: string, token: string, said: boolean): Promise<{ status: number; code: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; code: string }>()
  const length = said ? { 'content-length': String(tenMegabytes) } : { 'transfer-encoding': 'chunked' }
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...length }
  const sent = request(url, { method: 'POST', headers }, async (answer) => {
    let text = ''
    for await (const chunk of answer) text += String(chunk)
    const { fault } = JSON.parse(text) as { fault: { code: string } }
    resolve({ status: answer.statusCode ?? 0, code: fault.code })
    sent.destroy()
  })
  sent.on('error', reject)
  sent.write(Buffer.alloc(tenMegabytes, 'x'))
  if (!said) sent.end()
  return promise
}
