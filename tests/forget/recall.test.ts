import { expect, test } from 'vitest'
import type { Question } from '../../src/memory/recall.ts'
import type { IdentityId, RunId } from '../../src/values/id.ts'
import { faultOf } from '../identity/company.ts'
import { newCompany, person } from './company.ts'
import type { Opened } from './open.ts'
import { plant } from './plant.ts'

async function say({ os, parts }: Opened, identity: IdentityId, ...texts: readonly string[]): Promise<void> {
  const said = { identity, channel: 'mail', by: 'them', origin: 'external', thread: 'honey' } as const
  await os.store.write(async (tx) => {
    for (const text of texts) await parts.kernel.identities.interactions.record(tx, { ...said, text })
  })
}

/** Of whom nothing is said that the one to be forgotten does not say too. */
async function eveIn(opened: Opened): Promise<IdentityId> {
  const eve = await person(opened, 'Eve', 'eve@example.org')
  await say(opened, eve, 'We spoke of honey', 'The price of honey is 12', 'Bees sleep in March', 'Wax costs less')
  await opened.os.store.write((tx) =>
    opened.parts.kernel.identities.facts.record(tx, {
      identity: eve,
      key: 'honey',
      value: 'acacia',
      origin: 'operator',
    }),
  )
  return eve
}

test('recall and snapshots of others say, score by score, what they said before', async () => {
  const ana = await newCompany()
  const { os } = ana
  const { texts, ids } = await plant(ana)
  const eve = await eveIn(ana)
  const { recall, snapshot } = os.memory
  const about: Question = { query: 'What is the price of honey, and when do bees sleep?', identity: eve, budget: 500 }
  const ask = async () => ({
    lines: (await recall(about)).lines,
    explained: (await recall({ ...about, explain: true })).explained,
    snapshot: (await snapshot({ identity: eve, purpose: 'sell honey', budget: 300 })).lines,
  })
  const alone = await ask()
  expect(alone.lines.length).toBeGreaterThan(2)
  for (let count = 0; count < 40; count += 1) await say(ana, ids[0]!, `Honey ${count}: the price of bees, and sleep`)
  const before = await ask()
  expect(before.lines).toEqual(alone.lines)
  await os.forget(ids[0]!, { dryRun: false, cancelRuns: false })
  expect(await ask()).toEqual(before)
  const all = await recall({ query: `honey ${texts.join(' ')}`, budget: 4000 })
  expect(all.lines.map((line) => ('identity' in line.source ? line.source.identity : null))).not.toContain(ids[0])
  expect(texts.filter((text) => JSON.stringify(all.lines).includes(text))).toEqual([])
})

test('whoever is forgotten is recalled by nobody, under no record', async () => {
  const ana = await newCompany()
  const { os } = ana
  const { ids } = await plant(ana)
  const { recall, snapshot } = os.memory
  await snapshot({ identity: ids[0]!, purpose: 'write', budget: 300 })
  await os.forget(ids[0]!, { dryRun: false, cancelRuns: false })
  for (const identity of ids) {
    expect(await faultOf(recall({ query: 'allergy', identity, budget: 300 }))).toBe('vault.forgotten')
    expect(await faultOf(snapshot({ identity, purpose: 'write', budget: 300 }))).toBe('vault.forgotten')
  }
})

test('what a run keeps in mind of them is gone at once, and what it keeps of others stays', async () => {
  const ana = await newCompany()
  const { os } = ana
  const { ids, run } = await plant(ana)
  const eve = await eveIn(ana)
  const { recall, working } = os.memory
  await working.load(run)
  const keep = (subject: IdentityId, key: string, value: string) =>
    os.store.write((tx) => working.put(tx, { run, subject, key, value, origin: 'external' }))
  await keep(ids[0]!, 'theirs', 'zqhidden honey')
  await keep(eve, 'hers', 'acacia honey')
  const said = async (of: RunId) => (await recall({ query: 'honey', run: of, tiers: ['working'], budget: 300 })).lines
  expect(JSON.stringify(await said(run))).toContain('zqhidden')
  await os.forget(ids[0]!, { dryRun: false, cancelRuns: false })
  expect([working.get(run, 'theirs'), working.get(run, 'hers')?.value]).toEqual([undefined, 'acacia honey'])
  const after = JSON.stringify(await said(run))
  expect([after.includes('zqhidden'), after.includes('acacia')]).toEqual([false, true])
})
