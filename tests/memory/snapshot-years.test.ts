import assert from 'node:assert/strict'
import { test } from 'vitest'
import { seeded } from '../../src/values/chance.ts'
import type { IdentityId } from '../../src/values/id.ts'
import { instant } from '../../src/values/time.ts'
import { chat, purpose } from './chatter.ts'
import { openRemembering, type Remembering } from './company.ts'

// In full a hundred companies with a hundred thousand interactions each: some 25 minutes.
const full = Boolean(process.env.PROOF)
const companies = full ? 100 : 3
const interactions = full ? 100_000 : 2500
const longest = 7_200_000

test(
  'what was learned early and corrected later is told with the value that stands and its source, however much is said after it',
  async () => {
    for (let seed = 1; seed <= companies; seed += 1) {
      const company = await openRemembering()
      try {
        await live(company, seed)
      } finally {
        await company.close()
      }
    }
  },
  longest,
)

async function live(company: Remembering, seed: number): Promise<void> {
  const random = seeded(seed)
  const client = await company.person('The client')
  const old: string[] = []
  const standing = new Map<string, { readonly value: string; readonly source: number; readonly mine: boolean }>()
  const learn = async (key: string, value: string): Promise<void> => {
    const before = standing.get(key)
    const mine = random() < 0.5
    const fact = { identity: client, key, value, origin: mine ? 'operator' : 'external' } as const
    await company.store.write((tx) => company.identities.facts.record(tx, fact))
    // What the operator said stands against what is heard later.
    if (before?.mine && !mine) old.push(value)
    else {
      if (before) old.push(before.value)
      standing.set(key, { value, source: await company.events(), mine })
    }
  }
  const planted = { 'contract-price': 'EUR a month', allergy: 'nuts of kind', 'promised-date': 'the day' }
  for (let round = 0; round < 2 + Math.floor(random() * 3); round += 1) {
    for (const [key, words] of Object.entries(planted)) {
      await learn(key, `${Math.floor(1e6 + random() * 9e6)} ${words}`)
      // With a number, so that nobody says the same in passing.
      await learn(`other-${Math.floor(random() * 8)}`, `size ${Math.floor(1e6 + random() * 9e6)}`)
      await chat(company, client, Math.floor(random() * 40), random, company.clock.now())
    }
  }
  const promise = await promiseAnew(company, client, random)
  const at = await chat(company, client, interactions, random, company.clock.now())
  company.clock.set(at)
  for (const asked of ['', purpose(random), 'write the next invoice']) {
    const { lines } = await company.memory.snapshot({ identity: client, purpose: asked, budget: 400 })
    for (const key of Object.keys(planted)) {
      const { value, source } = standing.get(key) ?? assert.fail()
      const line = lines.find(({ text }) => text.startsWith(`${key}: ${value} (`))
      assert.ok(line?.source.tier === 'history' && line.source.seq === source, `${key} in company ${seed}`)
    }
    assert.ok(
      lines.some(({ text, source }) => text.includes(promise.what) && 'seq' in source && source.seq === promise.made),
    )
    const text = lines.map((line) => line.text).join('\n')
    for (const value of [...old, promise.before]) assert.ok(!text.includes(value), `${value} in company ${seed}`)
  }
}

/** A promise with a date that is moved: the first is dropped, and another stands. */
async function promiseAnew({ store, identities, clock }: Remembering, identity: IdentityId, random: () => number) {
  const { commitments } = identities
  const make = (what: string, days: number): Promise<string> =>
    store.write((tx) => {
      const dueAt = instant(clock.now() + days * 86_400_000)
      return commitments.make(tx, { identity, by: 'us', what, dueAt, origin: 'operator' })
    })
  const before = `deliver on day ${Math.floor(1e6 + random() * 9e6)}`
  const first = await make(before, 5)
  await store.write((tx) => commitments.drop(tx, first as never, { why: 'moved', origin: 'operator' }))
  const what = `deliver on day ${Math.floor(1e6 + random() * 9e6)}`
  const [made] = await make(what, 9).then(() => commitments.open([identity], 1))
  return { what, before, made: made?.made ?? assert.fail() }
}
