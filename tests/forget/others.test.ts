import { expect, test } from 'vitest'
import { newCompany, person, readers, startUntilGate } from './company.ts'
import { plant } from './plant.ts'

test('others are found by their words exactly as before', async () => {
  const ana = await newCompany()
  const { os, parts } = ana
  const { ids } = await plant(ana)
  const eve = await person(ana, 'Eve', 'eve@example.org')
  for (const text of ['We spoke of honey', 'The price of honey is 12', 'Bees sleep'])
    await os.store.write((tx) =>
      parts.kernel.identities.interactions.record(tx, {
        identity: eve,
        channel: 'mail',
        by: 'us',
        text,
        origin: 'operator',
      }),
    )
  const { passages } = os.memory
  await passages.catchUp()
  const ask = async () => {
    const matches = await passages.match(['honey', 'price'], { identities: [eve] }, 10)
    return (await passages.read(matches.map(({ id }) => id))).map(({ text, seq }) => ({ text, seq }))
  }
  const before = await ask()
  expect(before).toHaveLength(2)
  await os.forget(ids[0]!, { dryRun: false, cancelRuns: false })
  await passages.catchUp()
  expect(await ask()).toEqual(before)
  expect(await passages.newest({ identities: ids }, 10)).toEqual([])
})

test('a dry run tells whose history names them, and which files do', async () => {
  const ana = await newCompany()
  const { os, parts, folder } = ana
  const id = await person(ana, 'Anna Zqname', 'zqana@example.org')
  const bob = await person(ana, 'Bob', 'bob@example.org')
  await os.store.write((tx) =>
    parts.kernel.identities.facts.record(tx, {
      identity: bob,
      key: 'friend',
      value: 'anna zqname',
      origin: 'operator',
    }),
  )
  const { mkdirSync, symlinkSync, writeFileSync } = await import('node:fs')
  mkdirSync(`${folder}/knowledge`)
  symlinkSync('/etc/hosts', `${folder}/hosts`)
  writeFileSync(`${folder}/knowledge/friends.md`, 'Write to zqana@example.org.')
  const { mentions } = await os.forget(id, { dryRun: true, cancelRuns: false })
  expect(mentions).toEqual({
    events: 1,
    subjects: [{ id: bob, name: 'Bob', events: 1, seqs: [expect.any(Number)] }],
    files: ['knowledge/friends.md'],
  })
})

test('a dry run counts what was recalled of them under the record of another, whose it was taken for', async () => {
  const ana = await newCompany()
  const { os, parts } = ana
  const id = await person(ana, 'Anna Zqname', 'zqana@example.org')
  const bob = await person(ana, 'Bob', 'bob@example.org')
  const line = {
    text: 'They: I am ill',
    source: { tier: 'history', seq: 1, identity: id, kind: 'interaction.recorded' },
  }
  const payload = { key: 'recall', kind: 'recall', output: { queries: ['ill'], lines: [line], tokens: 4, left: 0 } }
  await os.store.write((tx) =>
    parts.kernel.journal.append(tx, { kind: 'step.done', subject: bob, origin: 'external', payload: payload as never }),
  )
  const { mentions } = await os.forget(id, { dryRun: true, cancelRuns: false })
  expect(mentions?.subjects).toMatchObject([{ id: bob, events: 1 }])
})

test('an audience goes on without them, and what was sent to all can still be undone', async () => {
  const ana = await newCompany()
  const { os } = ana
  const one = await person(ana, 'One', 'one@example.org')
  const two = await person(ana, 'Two', 'two@example.org')
  await readers(ana, one, two)
  const issue = { subject: 'News', markdown: 'Nothing new.', sources: [] }
  const send = async () => {
    const { run, gate } = await startUntilGate(ana, 'round', { audience: 'audience:readers', issue })
    await os.decide(gate, { verdict: 'approved' })
    await os.idle()
    return run
  }
  const first = await send()
  await os.forget(one, { dryRun: false, cancelRuns: false })
  const second = await send()
  const to = await os.store.read.selectFrom('effects').select('subject').where('run_id', '=', second).execute()
  expect(to.map((row) => row.subject)).not.toContain(one)
  const undone = await os.undo(first, { dryRun: false })
  expect(undone.map((each) => each.subject)).not.toContain(one)
  await os.idle()
  await os.verify()
})

test('who was forgotten comes back into an audience by no old list, only by joining, and no list tells who they were', async () => {
  const ana = await newCompany()
  const { os } = ana
  const left = await person(ana, 'Zoe', 'zoe@example.org')
  const stayed = await person(ana, 'Yan', 'yan@example.org')
  const audience = await readers(ana, left, stayed)
  await os.store.write((tx) =>
    os.identities.members.unsubscribe(tx, { audience, member: left, origin: 'external', why: 'link' }),
  )
  for (const id of [left, stayed]) await os.forget(id, { dryRun: false, cancelRuns: false })
  const list = 'email,name\nzoe@example.org,Zoe\nyan@example.org,Yan\nnew@example.org,New\n'
  const load = (dryRun: boolean) =>
    os.identities.contacts.import({ source: 'old.csv', content: list, audience, dryRun })
  const why = 'who had this address was forgotten; only they can join again'
  const refused = [2, 3].map((line) => ({ line, why }))
  expect(await load(true)).toMatchObject({ created: 1, refused })
  expect(await load(false)).toMatchObject({ created: 1, refused })
  const rows = await os.store.read.selectFrom('suppressions').selectAll().execute()
  expect(JSON.stringify(rows)).not.toMatch(/zoe|yan|example/)

  // Another audience knows nothing of it, and whoever joins of their own wish is back.
  const zoe = await person(ana, 'Zoe', 'zoe@example.org')
  await os.store.write((tx) =>
    os.identities.members.join(tx, { audience, member: zoe, origin: 'external', why: 'form' }),
  )
  expect(await load(false)).toMatchObject({ created: 0, known: 2, refused: refused.slice(1) })
})
