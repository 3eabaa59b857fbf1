import { expect, test } from 'vitest'
import { z } from 'zod'
import { action, adapter, audience, outbox, port } from '../../src/adapters/index.ts'
import { workflow } from '../../src/index.ts'
import { refuse } from '../../src/values/fault.ts'
import { newCompany, person, readers, startUntilGate } from './company.ts'
import { letter, type Opened } from './open.ts'

const note = { who: 'ana@example.org', title: 'On bees', text: 'Dear Ana' }

const Named = z.object({ who: z.string() })
const shelf = port('shelf', {
  put: action({
    does: 'Puts on a shelf.',
    risk: 'internal',
    effect: 'reversible',
    input: Named,
    output: Named,
    origin: 'system',
  }),
})
const stuck = adapter(
  shelf,
  { name: 'stuck', secrets: [], timeout: 10_000 as never, connect: () => ({}) },
  {
    put: {
      idempotency: 'key',
      do: async (_client, input) => input,
      undo: async () => refuse('adapter.refused', { adapter: 'stuck', action: 'shelf.put', why: 'it is nailed down' }),
    },
  },
)
const putting = workflow({ name: 'putting', input: Named, subject: (given) => given.get('who') }, (flow, given) =>
  flow.task('put', shelf.put, { who: given.get('who') }),
)

async function stateOf({ os }: Opened, run: string) {
  return (
    await os.store.read
      .selectFrom('runs')
      .select('state')
      .where('id', '=', run as never)
      .executeTakeFirstOrThrow()
  ).state
}

test('no run about someone is cancelled when what another has on its way to them keeps them from being forgotten', async () => {
  const ana = await newCompany()
  const { os, parts } = ana
  const id = await person(ana, 'Ana', note.who)
  await readers(ana, id)
  const issue = { subject: 'News', markdown: 'Nothing new.', sources: [] }
  const round = await startUntilGate(ana, 'round', { audience: 'audience:readers', issue })
  const carrier = parts.adapters.all.find((open) => open.adapter.name === 'outbox')
  const send = carrier!.adapter.actions.send as { do: unknown }
  const { do: works } = send
  send.do = async () => refuse('adapter.busy', { adapter: 'outbox', why: 'not now' })
  await os.decide(round.gate, { verdict: 'approved' })
  await os.idle()
  const { run } = await startUntilGate(ana, 'letter', note)
  await expect(os.forget(id, { dryRun: false, cancelRuns: true })).rejects.toThrow('identity.in-doubt')
  expect(await stateOf(ana, run)).toBe('held')
  send.do = works
})

test('no run about someone is cancelled while another about them is being undone, and the refusal names that one', async () => {
  const adapters = [stuck, outbox(), audience({ from: 'ana@example.org' })]
  const ana = await newCompany({ adapters, workflows: [letter, putting] })
  const { os } = ana
  const id = await person(ana, 'Ana', note.who)
  const { run: open } = await startUntilGate(ana, 'letter', note)
  const undone = await os.start('putting', { who: note.who }, 'operator')
  await os.idle()
  await os.undo(undone, { dryRun: false })
  await os.idle()
  expect(await stateOf(ana, undone)).toBe('undo-held')
  await expect(os.forget(id, { dryRun: false, cancelRuns: true })).rejects.toMatchObject({
    fault: { code: 'identity.in-doubt', about: { run: undone } },
  })
  expect(await stateOf(ana, open)).toBe('held')
})

test('a run that was begun while two were one is about both, after they were taken for two again', async () => {
  const ana = await newCompany()
  const { os } = ana
  const [one, other] = [await person(ana, 'Ana', note.who), await person(ana, 'Bo', 'bo@example.org')]
  const evidence = { evidence: ['alike'], origin: 'operator' } as const
  const merge = await os.store.write((tx) => os.identities.merges.merge(tx, { into: other, from: one, ...evidence }))
  const { run } = await startUntilGate(ana, 'letter', note)
  const why = { why: 'two after all', origin: 'operator' } as const
  await os.store.write((tx) => os.identities.merges.unmerge(tx, { merge, ...why }))
  const { run: later } = await startUntilGate(ana, 'letter', { ...note, who: 'bo@example.org' })
  await expect(os.forget(one, { dryRun: false, cancelRuns: false })).rejects.toMatchObject({
    fault: { code: 'identity.busy', about: { runs: run } },
  })
  await os.forget(one, { dryRun: false, cancelRuns: true })
  expect([await stateOf(ana, run), await stateOf(ana, later)]).toEqual(['cancelled', 'held'])
})
