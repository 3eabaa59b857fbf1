import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { adapter, audience, mail, newsletters } from '../../src/adapters/index.ts'
import type { Mail } from '../../src/adapters/ports/mail.ts'
import { decide } from '../../src/executor/decide.ts'
import { pure, workflow } from '../../src/index.ts'
import type { IdentityId } from '../../src/values/id.ts'
import { seconds } from '../../src/values/time.ts'
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

const Given = z.object({ person: z.string() })
const greet = pure({ name: 'greet', does: 'Greets.', input: Given, output: z.string(), run: ({ person }) => person })
const greeted = workflow({ name: 'greeted', input: Given, subject: (given) => given.get('person') }, (flow, given) =>
  flow.task('greet', greet, { person: given.get('person') }),
)

interface Open {
  readonly sent: string[]
  readonly member: (name: string, email: string) => Promise<IdentityId>
  readonly merge: (into: IdentityId, from: IdentityId) => Promise<void>
}

/** A post office that does something else before it takes a mail. */
async function open(before: (to: string) => Promise<void> = async () => {}): Promise<Open> {
  const sent: string[] = []
  const office = adapter(
    mail,
    { name: 'office', secrets: [], timeout: seconds(30), connect: () => null, concurrency: 1 },
    {
      send: {
        idempotency: 'key',
        do: async (_client: null, input: Mail, { key }: { key: string }) => {
          sent.push(input.to)
          await before(input.to)
          return { messageId: key, accepted: 'yes' }
        },
      } as never,
    },
  )
  company = await openTestCompany({
    workflows: [letter, greeted],
    adapters: [office, audience({ from: 'Us <us@example.org>' })],
  })
  const { store, identities } = company.kernel
  const readers = await store.write(async (tx) => {
    const id = await identities.create(tx, { kind: 'audience', name: 'Readers', origin: 'operator' })
    await identities.handles.add(tx, id, 'audience:readers', 'operator')
    return id
  })
  return {
    sent,
    member: (name, email) =>
      store.write(async (tx) => {
        const id = await identities.create(tx, { kind: 'person', name, origin: 'operator' })
        await identities.handles.add(tx, id, email, 'operator')
        await identities.members.join(tx, { audience: readers, member: id, origin: 'operator', why: 'test' })
        return id
      }),
    async merge(into, from) {
      await store.write((tx) => identities.merges.merge(tx, { into, from, evidence: ['x'], origin: 'operator' }))
    },
  }
}

async function send(): Promise<void> {
  await company.run('letter', { issue: { subject: 'One', markdown: 'Hi', sources: [] } })
  const [gate] = await company.gates()
  await decide(company.kernel, gate!.id, { verdict: 'approved' })
  await company.worker.idle()
}

test('one who is merged of two members gets one letter, and the gate counts one', async () => {
  const { sent, member, merge } = await open()
  const [ana, old] = [await member('Ana', 'ana@example.org'), await member('Ana N', 'old@example.org')]
  await member('Bo', 'bo@example.org')
  await merge(ana, old)
  await company.run('letter', { issue: { subject: 'One', markdown: 'Hi', sources: [] } })
  const [gate] = await company.gates()
  expect(gate?.max_recipients).toBe(2)
  await decide(company.kernel, gate!.id, { verdict: 'approved' })
  await company.worker.idle()
  expect(sent.toSorted()).toEqual(['ana@example.org', 'bo@example.org'])
})

test.each(['the first', 'the second'])(
  'who is merged while the letters go out gets no second one (into %s)',
  async (stays) => {
    let merging: (() => Promise<void>) | undefined
    const { sent, member, merge } = await open(async () => {
      const now = merging
      merging = undefined
      await now?.()
    })
    const members: IdentityId[] = []
    for (let n = 0; n < 8; n += 1) members.push(await member(`M${n}`, `m${n}@example.org`))
    // The first is on its way when they are merged, and several hands are at work: the last is not yet.
    const [one, other] = [members.toSorted().at(0)!, members.toSorted().at(-1)!]
    merging = () => (stays === 'the first' ? merge(one, other) : merge(other, one))
    await send()
    const unsent = `m${members.indexOf(other)}@example.org`
    expect(sent).toHaveLength(7)
    expect(sent).not.toContain(unsent)
  },
)

test('a run that names one who was merged is about the one that stays', async () => {
  const { member, merge } = await open()
  const [ana, old] = [await member('Ana', 'ana@example.org'), await member('Ana N', 'old@example.org')]
  await merge(ana, old)
  const subjects = await Promise.all(
    ['old@example.org', old].map(async (person) => {
      const run = await company.run('greeted', { person })
      const row = company.kernel.store.read.selectFrom('runs').select('subject').where('id', '=', run)
      return (await row.executeTakeFirstOrThrow()).subject
    }),
  )
  expect(subjects).toEqual([ana, ana])
})
