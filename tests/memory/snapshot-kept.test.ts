import assert from 'node:assert/strict'
import fc from 'fast-check'
import { afterEach, beforeEach, test } from 'vitest'
import type { Snapshot } from '../../src/memory/snapshot.ts'
import { Kept } from '../../src/memory/snapshots/kept.ts'
import { openSnapshots, type Snapshots } from '../../src/memory/snapshots/open.ts'
import type { IdentityId, MergeId } from '../../src/values/id.ts'
import { instant } from '../../src/values/time.ts'
import { faultOf } from '../identity/company.ts'
import { openRemembering, type Remembering } from './company.ts'

let company: Remembering
let kept: Snapshots
beforeEach(async () => {
  company = await openRemembering()
  kept = snapshots()
})
afterEach(() => company.close())

const snapshots = (): Snapshots => openSnapshots({ ...company, passages: company.memory.passages, timeZone: 'UTC' })
const compile = (identity: IdentityId, by = kept): Promise<Snapshot> =>
  by.compile({ identity, purpose: 'blue things', budget: 300 })
const day = 86_400_000

const steps = {
  say: (id: IdentityId) => company.say(id, 'Something blue.', { at: company.clock.now() }),
  learn: (id: IdentityId) => learn(id, 'colour'),
  learnOther: (id: IdentityId) => learn(id, 'size'),
  pin: (id: IdentityId) => pinned('pin', id),
  unpin: (id: IdentityId) => pinned('unpin', id),
  promise: (id: IdentityId) =>
    company.store.write((tx) => {
      const dueAt = instant(company.clock.now() + 2 * day)
      return company.identities.commitments.make(tx, {
        identity: id,
        by: 'us',
        what: 'paint',
        dueAt,
        origin: 'operator',
      })
    }),
  async keep(id: IdentityId) {
    const [open] = await company.identities.commitments.open([id], 1)
    const why = { why: 'done', origin: 'operator' } as const
    if (open) await company.store.write((tx) => company.identities.commitments.keep(tx, open.id, why))
  },
  wait: async () => company.clock.pass(day / 3),
}
type Step = keyof typeof steps

let value = 0
function learn(identity: IdentityId, key: string) {
  value += 1
  const validUntil = instant(company.clock.now() + day)
  const fact = {
    identity,
    key,
    value: `blue ${value}`,
    origin: 'operator',
    ...(value % 3 === 0 ? { validUntil } : {}),
  } as const
  return company.store.write((tx) => company.identities.facts.record(tx, fact))
}

function pinned(how: 'pin' | 'unpin', identity: IdentityId) {
  const key = { identity, key: 'colour', origin: 'operator' } as const
  return company.store.write((tx) => company.identities.pins[how](tx, key)).catch(() => undefined)
}

/** As the operator would: two records become one. */
async function merge(from: IdentityId, into: IdentityId): Promise<void> {
  await company.store.write(async (tx) => {
    const merge = company.ids.next('mrg') as MergeId
    const payload = { merge, from, into, evidence: ['the same address'] }
    const seq = await company.journal.append(tx, {
      kind: 'identity.merged',
      subject: from,
      origin: 'operator',
      payload,
    })
    const row = { id: merge, from_id: from, into_id: into, merged_seq: seq, undone_seq: null }
    await tx.db.insertInto('merges').values(row).execute()
  })
}

test('whatever happens in between, what was kept says the same as what is compiled anew', async () => {
  const names = Object.keys(steps) as Step[]
  const history = fc.array(fc.tuple(fc.constantFrom(...names), fc.nat(1)), { maxLength: 14 })
  await fc.assert(
    fc.asyncProperty(history, fc.nat(14), async (happened, mergedAt) => {
      const both = [await company.person('Ana'), await company.person('Ana N.')] as const
      for (const [at, [step, which]] of happened.entries()) {
        if (at === mergedAt) await merge(both[1], both[0])
        await steps[step](both[which] ?? both[0])
        for (const id of both) assert.deepEqual((await compile(id)).lines, (await compile(id, snapshots())).lines)
      }
    }),
    { numRuns: 12 },
  )
})

test('what happened to others leaves what was kept as it is', async () => {
  const ana = await company.person('Ana')
  await steps.learn(ana)
  const first = await compile(ana)
  await steps.learn(await company.person('Bo'))
  assert.equal(await compile(ana), first)
  await steps.say(ana)
  assert.notEqual(await compile(ana), first)
})

test('all records of one are told under each of them, and of a fact only the newest', async () => {
  const ana = await company.person('Ana')
  const other = await company.person('Ana N.')
  await steps.learn(ana)
  await steps.learn(other)
  await steps.promise(other)
  await steps.say(other)
  assert.equal((await compile(ana)).lines.length, 1)
  await merge(other, ana)
  const [one, two] = [await compile(ana), await compile(other)]
  assert.deepEqual([one.identity, two.identity], [ana, ana])
  assert.deepEqual(one.lines, two.lines)
  assert.equal(one.lines.length, 3)
  assert.ok(one.lines.some((line) => line.text.startsWith(`colour: blue ${value}`)))
  await steps.pin(ana)
  const [first] = (await compile(ana)).lines
  assert.deepEqual([first?.why.split(';')[0], first?.text.startsWith(`colour: blue ${value}`)], ['pinned', true])
})

test('nobody who is forgotten has a snapshot any more, also one that was kept', async () => {
  const ana = await company.person('Ana')
  await steps.learn(ana)
  assert.equal((await compile(ana)).lines.length, 1)
  await company.store.write(async (tx) => {
    const payload = { id: ana, pointers: 0 }
    await company.journal.append(tx, { kind: 'identity.forgotten', subject: ana, origin: 'operator', payload })
    const gone = { name: null, forgotten_at: company.clock.now() }
    await tx.db.updateTable('identities').set(gone).where('id', '=', ana).execute()
  })
  assert.equal(await faultOf(compile(ana)), 'vault.forgotten')
})

test('only so many identities and purposes are kept', async () => {
  const of = new Kept()
  const ids = Array.from({ length: 40 }, (_, at) => `idn_${at}` as IdentityId)
  for (const id of ids) of.hold([id, `${id}b` as IdentityId])
  assert.equal(ids.filter((id) => of.of(id)).length, 16)
  assert.ok(of.of(ids[39]!) && !of.of(ids[0]!))
  const ana = await company.person('Ana')
  await steps.learn(ana)
  const ask = (purpose: number): Promise<Snapshot> =>
    kept.compile({ identity: ana, purpose: `p${purpose}`, budget: 99 })
  const first = await ask(0)
  for (let count = 1; count < 16; count += 1) await ask(count)
  assert.equal(await ask(0), first)
  await ask(16)
  assert.equal(await ask(0), first, 'it was asked for again a moment ago')
  for (let count = 17; count < 40; count += 1) await ask(count)
  assert.notEqual(await ask(0), first)
})

test('what was retired is in no snapshot any more, though it was kept', async () => {
  const ana = await company.person('Ana')
  await company.say(ana, 'Old blue paint.', { at: 1000 })
  const upTo = await company.say(ana, 'New blue paint.')
  const told = async () => (await compile(ana)).lines.map(({ text }) => text).join()
  assert.match(await told(), /Old blue/)
  await company.memory.passages.retire({ kind: 'interaction.recorded', before: instant(2000), upTo })
  assert.doesNotMatch(await told(), /Old blue/)
  assert.match(await told(), /New blue/)
})
