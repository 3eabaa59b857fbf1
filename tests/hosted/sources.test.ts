import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { audience, documents, folder, newsletters, outbox } from '../../src/adapters/index.ts'
import { issueSchema as Issue } from '../../src/adapters/ports/newsletters.ts'
import { changesSince } from '../../src/executor/changes.ts'
import { decide } from '../../src/executor/decide.ts'
import { days, pure, workflow } from '../../src/index.ts'
import { minutes } from '../../src/values/time.ts'
import { letters } from '../crash/ending.ts'
import { openTestCompany } from '../executor/company.ts'
import { subscribe } from '../smtp/subscribe.ts'
import { hostedGhost } from './providers.ts'

const quote = pure({
  name: 'quote',
  does: 'Quotes a document.',
  input: z.object({ title: z.string(), text: z.string() }),
  output: Issue,
  run: ({ title, text }) => ({
    subject: title,
    markdown: text,
    sources: [{ title, url: 'https://example.org/glue', pointer: 'folder:glue.md' }],
  }),
})

/** Reads a document, quotes it in a letter, and sends that a day after the yes. */
const quoting = workflow(
  { name: 'quoting', input: z.object({ to: z.string() }), deadline: days(14) },
  (flow, brief) => {
    const glue = flow.task('read', documents.read, { path: 'glue.md' })
    const draft = flow.task('quote', quote, { title: glue.get('title'), text: glue.get('text') })
    const edited = flow.gate('edit', draft, {
      ask: 'Send it?',
      kind: 'confirm',
      covers: [newsletters.schedule, newsletters.send],
      within: days(5),
      otherwise: 'reject',
    })
    const to = brief.get('to')
    const campaign = flow.task('schedule', newsletters.schedule, { audience: to, issue: edited, at: null })
    return flow.task('distribute', newsletters.send, { campaign }, { delay: days(1) })
  },
)

async function library() {
  const company = await openTestCompany({
    workflows: [quoting],
    adapters: [outbox(), audience({ from: 'Us <us@example.org>' }), folder()],
  })
  onTestFinished(() => company.close())
  const glue = join(company.folder, 'knowledge/glue.md')
  mkdirSync(join(company.folder, 'knowledge'))
  const write = (text: string): void => writeFileSync(glue, `# Glue\n\n${text}\n`)
  write('Hide glue holds.')
  await subscribe(company.kernel, 2)
  const run = await company.run('quoting', { to: 'audience:readers' })
  const approve = async (): Promise<void> => {
    for (const gate of await company.gates()) await decide(company.kernel, gate.id, { verdict: 'approved' })
    await company.worker.idle()
  }
  const tomorrow = async (): Promise<void> => {
    await company.clock.advance(days(1))
    await company.clock.advance(minutes(1))
    await company.worker.idle()
  }
  const card = async () => {
    const [gate] = await company.gates()
    return gate && company.card(gate)
  }
  const sent = (): number => letters(company.folder).length
  return { company, run, write, remove: () => rmSync(glue), approve, tomorrow, card, sent }
}

test('sources that are as they were are not spoken of', async () => {
  const { company, run, approve, tomorrow, card, sent } = await library()
  expect((await card())?.changed).toBeUndefined()
  expect(await changesSince(company.kernel, run)).toEqual([])
  await approve()
  await tomorrow()
  expect([sent(), await company.stateOf(run)]).toEqual([2, 'done'])
})

test('a source that changed after the yes is told before anything goes out, and a yes lets it go', async () => {
  const { company, run, write, approve, tomorrow, card, sent } = await library()
  await approve()
  write('Hide glue melts in the sun.')
  await tomorrow()
  expect(sent()).toBe(0)
  expect(await card()).toMatchObject({
    reason: 'stale',
    fault: { code: 'source.changed', about: { what: '"Glue" (folder:glue.md) was changed' } },
    changed: [{ pointer: 'folder:glue.md', what: 'changed' }],
  })
  await approve()
  expect([sent(), await company.stateOf(run)]).toEqual([2, 'done'])
})

test('a source that is gone is told too, and a no ends it', async () => {
  const { company, run, remove, approve, tomorrow, card, sent } = await library()
  await approve()
  remove()
  await tomorrow()
  expect((await card())?.fault?.message).toContain('"Glue" (folder:glue.md) is gone')
  const [gate] = await company.gates()
  if (!gate) throw new Error('nobody asks')
  await decide(company.kernel, gate.id, { verdict: 'rejected', reason: 'it was wrong' })
  await company.worker.idle()
  expect([sent(), await company.stateOf(run)]).toEqual([0, 'failed'])
})

test('a source that changes again is asked about again, and one that is put back is not', async () => {
  const { run, company, write, approve, tomorrow, card, sent } = await library()
  await approve()
  write('Hide glue melts.')
  await tomorrow()
  write('Hide glue melts at once.')
  await approve()
  expect([sent(), (await card())?.reason]).toEqual([0, 'stale'])
  write('Hide glue holds.')
  await approve()
  expect([sent(), await company.stateOf(run)]).toEqual([2, 'done'])
})

test('a change before the card is on the card, and the yes to it is not asked for again', async () => {
  let now = (): number => 0
  const provider = await hostedGhost(() => now())
  onTestFinished(() => provider.server.close())
  const company = await openTestCompany({ workflows: [quoting], adapters: [provider.adapter, folder()] })
  onTestFinished(() => company.close())
  now = company.clock.now
  provider.readers(2)
  const { store, vault } = company.kernel
  await store.write((tx) => vault.setSecret(tx, provider.secret.name, provider.secret.value))
  await subscribe(company.kernel, 0)
  mkdirSync(join(company.folder, 'knowledge'))
  const glue = join(company.folder, 'knowledge/glue.md')
  writeFileSync(glue, '# Glue\n\nHide glue holds.\n')
  // The readers cannot be counted yet, so that the gate opens later: time enough to correct the document.
  const late = { how: 'answers', when: 'before', status: 503 } as const
  provider.server.trouble({ method: 'GET', trouble: late, met: () => writeFileSync(glue, '# Glue\n\nIt melts.\n') })
  const run = await company.run('quoting', { to: 'audience:readers' })
  await company.clock.advance(minutes(5))
  await company.worker.idle()
  const [gate] = await company.gates()
  if (!gate) throw new Error('no gate is open')
  expect((await company.card(gate))?.changed).toMatchObject([{ title: 'Glue', what: 'changed' }])
  await decide(company.kernel, gate.id, { verdict: 'approved' })
  await company.worker.idle()
  await company.clock.advance(days(2))
  await company.worker.idle()
  expect([await company.stateOf(run), provider.sent().length]).toEqual(['done', 1])
})
