import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { adapter, feeds, mail } from '../../src/adapters/index.ts'
import type { Sent } from '../../src/adapters/ports/mail.ts'
import { decide } from '../../src/executor/decide.ts'
import { retryRun } from '../../src/executor/retry.ts'
import { days, pure, workflow } from '../../src/index.ts'
import { minutes, seconds } from '../../src/values/time.ts'
import { openTestCompany, type TestCompany } from '../executor/company.ts'

let company: TestCompany
afterEach(() => company?.close())

const reading = workflow({ name: 'reading', input: z.object({}) }, (flow) =>
  flow.task('read', feeds.read, { sources: ['a.xml'] }),
)
const write = pure({
  name: 'write',
  does: 'Writes.',
  input: z.object({}),
  output: z.object({ to: z.string(), subject: z.string(), text: z.string() }),
  run: () => ({ to: 'ana@example.org', subject: 'Hello', text: 'Hello.' }),
})
const mailing = workflow({ name: 'mailing', input: z.object({}), deadline: days(3) }, (flow) => {
  const draft = flow.task('write', write, {})
  const yes = flow.gate('look', draft, {
    ask: 'Send?',
    kind: 'confirm',
    covers: [mail.send],
    within: days(1),
    otherwise: 'reject',
  })
  return flow.task('send', mail.send, { to: yes.get('to'), subject: yes.get('subject'), text: yes.get('text') })
})

const client = { secrets: [], timeout: seconds(5), connect: () => undefined }

/** A mail provider that answers with whatever this gives. */
const mailer = (answer: () => unknown) =>
  adapter(
    mail,
    { name: 'mailer', ...client },
    {
      send: {
        idempotency: 'none',
        do: async () => answer() as Sent,
        presume: (input, key) => ({ messageId: key, accepted: input.to }),
      },
    },
  )

const nonsense: readonly [string, () => unknown][] = [
  ['nothing', () => undefined],
  ['null', () => null],
  ['another shape', () => ({ ok: true })],
  ['numbers for text', () => ({ messageId: 1, accepted: 2 })],
  ['a web page', () => '<html>'],
]

test.each(nonsense)(
  'a mail provider that answers %s leaves one question, and nothing is sent twice',
  async (_what, answer) => {
    let calls = 0
    company = await openTestCompany({
      workflows: [mailing],
      adapters: [
        mailer(() => {
          calls += 1
          return answer()
        }),
      ],
    })
    const run = await company.run('mailing')
    await decide(company.kernel, (await company.gates())[0]!.id, { verdict: 'approved' })
    await company.worker.idle()
    const [doubt, ...more] = await company.gates()
    expect([doubt?.reason, more.length]).toEqual(['doubt', 0])
    const events = await company.events(run)
    const opened = events.findLast((event) => event.kind === 'gate.opened')
    expect(opened?.kind === 'gate.opened' && opened.payload?.card.fault).toMatchObject({
      code: 'adapter.nonsense',
      message: expect.stringContaining('mailer'),
      next: expect.stringMatching(/.{10}/),
    })
    await decide(company.kernel, doubt!.id, { verdict: 'approved' })
    await company.worker.idle()
    expect(await company.output(run)).toMatchObject({ accepted: 'ana@example.org' })
    expect(calls).toBe(1)
  },
)

test.each(nonsense)(
  'a feed reader that answers %s fails in one clear message, and mended the run goes on',
  async (_what, answer) => {
    let mended = false
    company = await openTestCompany({
      workflows: [reading],
      adapters: [reader(() => (mended ? { entries: [], problems: [] } : answer()))],
    })
    const run = await company.run('reading')
    expect(await company.stateOf(run)).toBe('failed')
    expect(await company.fault(run)).toMatchObject({
      code: 'adapter.nonsense',
      message: expect.stringMatching(/reader answered feeds\.read with something that it should not/),
      next: expect.stringContaining('retried'),
    })
    mended = true
    await retryRun(company.kernel, run)
    await company.worker.idle()
    expect(await company.stateOf(run)).toBe('done')
  },
)

test('an adapter with a bug is a fault of the adapter, tried again later', async () => {
  let calls = 0
  const broken = reader(() => {
    calls += 1
    if (calls === 1) throw new TypeError("Cannot read properties of undefined (reading 'x')")
    return { entries: [], problems: [] }
  })
  company = await openTestCompany({ workflows: [reading], adapters: [broken] })
  const run = await company.run('reading')
  expect(await company.stateOf(run)).toBe('running')
  await company.clock.advance(minutes(1))
  await company.worker.idle()
  expect(await company.stateOf(run)).toBe('done')
})

/** A reader of feeds that answers with whatever this gives. */
function reader(answer: () => unknown) {
  return adapter(
    feeds,
    { name: 'reader', ...client },
    { read: { idempotency: 'none', do: async () => answer() as { entries: []; problems: [] } } },
  )
}
