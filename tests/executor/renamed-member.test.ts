import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { adapter, audience, mail, newsletters } from '../../src/adapters/index.ts'
import type { Mail, Sent } from '../../src/adapters/ports/mail.ts'
import { decide } from '../../src/executor/decide.ts'
import { workflow } from '../../src/index.ts'
import { fault, Refusal } from '../../src/values/fault.ts'
import { minutes, seconds } from '../../src/values/time.ts'
import { openTestCompany, type TestCompany } from './company.ts'

let company: TestCompany
afterEach(() => company?.close())

const Issue = z.object({ subject: z.string(), markdown: z.string(), sources: z.array(z.never()) })
const letter = workflow({ name: 'letter', input: z.object({ issue: Issue }) }, (flow, given) => {
  const fine = flow.gate('edit', given.get('issue'), {
    ask: 'Send it?',
    covers: [newsletters.schedule, newsletters.send],
  })
  const campaign = flow.task('schedule', newsletters.schedule, { audience: 'audience:readers', issue: fine, at: null })
  return flow.task('send', newsletters.send, { campaign })
})

type Mood = 'sends' | 'sends, then the line goes dead' | 'the line is dead' | 'is busy'

/** A post office that knows no mail again: a call without an answer is in doubt. */
async function open(idempotency: 'none' | 'find', moods: Mood[]) {
  const sent: Mail[] = []
  const known = new Map<string, Sent>()
  const office = adapter(
    mail,
    { name: 'office', secrets: [], timeout: seconds(30), connect: () => null, concurrency: 1 },
    {
      send: {
        idempotency,
        do: async (_client: null, input: Mail, { key }: { key: string }) => {
          const mood = moods.shift() ?? 'sends'
          if (mood === 'is busy') throw new Refusal(fault('adapter.busy', { adapter: 'office', why: 'full' }))
          if (mood === 'the line is dead') throw new Error('no answer')
          sent.push(input)
          known.set(key, { messageId: key, accepted: 'yes' })
          if (mood !== 'sends') throw new Error('the line went dead')
          return { messageId: key, accepted: 'yes' }
        },
        find: async (_client: null, key: string) => known.get(key),
        presume: (_input: Mail, key: string) => ({ messageId: key, accepted: 'as far as you know' }),
      } as never,
    },
  )
  company = await openTestCompany({
    workflows: [letter],
    adapters: [office, audience({ from: 'Us <us@example.org>' })],
  })
  const { kernel } = company
  const ana = await kernel.store.write(async (tx) => {
    const readers = await kernel.identities.create(tx, { kind: 'audience', name: 'Readers', origin: 'operator' })
    await kernel.identities.handles.add(tx, readers, 'audience:readers', 'operator')
    const person = await kernel.identities.create(tx, { kind: 'person', name: 'Ana', origin: 'operator' })
    await kernel.identities.handles.add(tx, person, 'ana@example.org', 'operator')
    await kernel.identities.members.join(tx, { audience: readers, member: person, origin: 'operator', why: 'test' })
    return person
  })
  const run = await company.run('letter', { issue: { subject: 'One', markdown: 'Hi', sources: [] } })
  await decide(kernel, (await company.gates())[0]!.id, { verdict: 'approved' })
  await company.worker.idle()
  await kernel.store.write((tx) => kernel.identities.rename(tx, ana, 'Ana Nová', 'operator'))
  return { run, sent }
}

test.each([
  ['sends, then the line goes dead', { verdict: 'approved' }, 1],
  ['the line is dead', { verdict: 'rejected', reason: 'it is not there' }, 1],
] as const)(
  'a member whose name changes while their mail is in doubt (it %s) holds nothing up',
  async (mood, said, mails) => {
    const { run, sent } = await open('none', [mood])
    const [gate] = await company.gates()
    expect(gate?.reason).toBe('doubt')
    await decide(company.kernel, gate!.id, said)
    await company.worker.idle()
    expect(await company.gates()).toEqual([])
    expect(await company.stateOf(run)).toBe('done')
    expect(sent.map((one) => one.toName)).toEqual(Array.from({ length: mails }, () => 'Ana'))
  },
)

test.each(['the line is dead', 'sends, then the line goes dead', 'is busy'] as const)(
  'a mail that was begun before a name changed (%s) is looked up and sent as it was meant',
  async (mood) => {
    const { run, sent } = await open('find', [mood])
    await company.clock.advance(minutes(20))
    await company.worker.idle()
    expect(await company.gates()).toEqual([])
    expect(await company.stateOf(run)).toBe('done')
    expect(sent.map((one) => one.toName)).toEqual(['Ana'])
  },
)
