import { hash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { retryRun } from '../../src/executor/retry.ts'
import { minutes, seconds } from '../../src/values/time.ts'
import { approve, hostedCompany, startLetter } from './hosted-company.ts'
import type { Trouble } from './provider-server.ts'
import { hostedProviders } from './providers.ts'

const troubles: readonly (readonly [string, Trouble])[] = [
  ['does it and never answers', { how: 'silent', when: 'after' }],
  ['never answers, nor does it', { how: 'silent', when: 'before' }],
  ['does it and hangs up', { how: 'cut', when: 'after' }],
  ['hangs up first', { how: 'cut', when: 'before' }],
  ['does it and says 500', { how: 'answers', when: 'after', status: 500 }],
  ['says 500 and does nothing', { how: 'answers', when: 'before', status: 500 }],
  ['does it and a proxy says 504', { how: 'answers', when: 'after', status: 504 }],
  ['is down for maintenance', { how: 'answers', when: 'before', status: 503, headers: { 'retry-after': '30' } }],
  ['asks us to wait', { how: 'answers', when: 'before', status: 429, headers: { 'retry-after': '45' } }],
  ['says that someone else was quicker', { how: 'answers', when: 'before', status: 409 }],
  ['does it and answers with a page of HTML', { how: 'babbles', when: 'after', text: '<html>Welcome</html>' }],
  ['does it and answers in another shape', { how: 'babbles', when: 'after', text: '{"data":[]}' }],
]

const cases = hostedProviders.flatMap(({ name, open }) =>
  (['adds', 'sends'] as const).flatMap((step) =>
    troubles.map(([what, trouble]) => ({ title: `when ${name} ${step} and ${what}`, open, step, trouble })),
  ),
)

// Each of them under PROOF=1, a sample of them in CI.
const seed = process.env.SEED ?? '1'
const rank = ({ title }: { title: string }): string => hash('sha256', `${seed} ${title}`)
const sample = cases.toSorted((a, b) => rank(a).localeCompare(rank(b))).slice(0, process.env.PROOF ? cases.length : 10)

test.each(sample)('$title, it goes out once, to everybody', async ({ open, step, trouble }) => {
  const company = await hostedCompany(open, 3)
  const met = Promise.withResolvers<void>()
  company.provider.server.trouble({ ...company.provider[step], trouble, met: met.resolve })
  const run = await startLetter(company)
  const approved = approve(company)
  if (trouble.how === 'silent') {
    await met.promise
    await company.clock.advance(seconds(61))
  }
  await approved
  for (let tries = 0; tries < 5 && (await company.stateOf(run)) !== 'done'; tries += 1) {
    await company.clock.advance(minutes(10))
    await company.worker.idle()
  }
  expect(await company.output(run)).toMatchObject({ delivered: 3 })
  expect(company.provider.sent()).toHaveLength(1)
  expect(company.provider.drafts()).toEqual([])
})

describe.each(hostedProviders)('$name', ({ open }) => {
  test('a pause that it asks for is kept', async () => {
    const company = await hostedCompany(open)
    company.provider.server.trouble({
      ...company.provider.sends,
      trouble: { how: 'answers', when: 'before', status: 429, headers: { 'retry-after': '3600' } },
    })
    await startLetter(company)
    await approve(company)
    await company.clock.advance(minutes(59))
    await company.worker.idle()
    expect(company.provider.sent()).toEqual([])
    await company.clock.advance(minutes(2))
    await company.worker.idle()
    expect(company.provider.sent()).toHaveLength(1)
  })

  test('refused credentials are named and nothing is sent; mended, it goes on', async () => {
    const company = await hostedCompany(open)
    const { store, vault } = company.kernel
    const { name, value } = company.provider.secret
    const run = await startLetter(company)
    await store.write((tx) => vault.setSecret(tx, name, `${'b'.repeat(24)}:${'00'.repeat(32)}`))
    await approve(company)
    expect(await company.fault(run)).toMatchObject({
      code: 'adapter.refused',
      about: { why: expect.stringMatching(/^401 /) },
    })
    await store.write((tx) => vault.setSecret(tx, name, value))
    await retryRun(company.kernel, run)
    await company.worker.idle()
    expect(await company.stateOf(run)).toBe('done')
    expect(company.provider.sent()).toHaveLength(1)
  })

  test('an answer to a look that has another shape is told as that, and changes nothing', async () => {
    const company = await hostedCompany(open)
    company.provider.server.trouble({ method: 'GET', trouble: { how: 'babbles', when: 'after', text: '{"data":[]}' } })
    const run = await startLetter(company)
    expect(await company.fault(run)).toMatchObject({ code: 'adapter.changed' })
    await retryRun(company.kernel, run)
    await company.worker.idle()
    await approve(company)
    expect(await company.stateOf(run)).toBe('done')
  })
})
