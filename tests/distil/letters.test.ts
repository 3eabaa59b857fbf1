import { expect, test } from 'vitest'
import type { Stretch } from '../../src/memory/distil/stretch.ts'
import { emptyTally, tallied } from '../../src/memory/distil/tally.ts'
import { changedFacts } from '../../src/memory/distil/tally-facts.ts'
import type { StoredEvent } from '../../src/telemetry/event.ts'
import type { CommitmentId, EffectKey, IdentityId } from '../../src/values/id.ts'
import { instant } from '../../src/values/time.ts'

const ana = 'idn_ana' as IdentityId
let seq = 0

function event<K extends StoredEvent['kind']>(kind: K, payload: object, origin: 'system' | 'external' = 'system') {
  seq += 1
  const head = { seq, at: instant(0), kind, version: 1, subject: ana, origin, run: null, task: null }
  return { ...head, payload } as unknown as StoredEvent
}

const key = (name: string) => `eff_${name}` as EffectKey
const promise = (name: string) => `cmt_${name}` as CommitmentId

test('letters are counted by what became of them, promises by whose they were, and what is no letter changes nothing', () => {
  const events = [
    event('effect.done', { key: key('a'), output: {}, how: 'answered' }),
    event('effect.done', { key: key('b'), output: {}, how: 'answered' }),
    event('effect.refused', { key: key('c'), fault: {} }),
    event('effect.done', { key: key('written'), output: {}, how: 'answered' }),
    event('effect.done', { key: key('unknown'), output: {}, how: 'answered' }),
    event('identity.member-changed', { audience: ana, member: ana, status: 'bounced', why: 'x' }, 'external'),
    event('identity.member-changed', { audience: ana, member: ana, status: 'active', why: 'x' }),
    event('commitment.kept', { commitment: promise('ours'), why: 'x' }),
    event('commitment.dropped', { commitment: promise('theirs'), why: 'x' }),
    event('commitment.kept', { commitment: promise('gone'), why: 'x' }),
  ]
  const around: Stretch['around'] = {
    actions: new Map([
      [key('a'), 'mail.send'],
      [key('b'), 'newsletters.send'],
      [key('c'), 'mail.send'],
      [key('written'), 'documents.write'],
    ]),
    gates: new Map(),
    promisers: new Map([
      [promise('ours'), 'us'],
      [promise('theirs'), 'them'],
    ]),
  }
  const { tally, unused } = tallied(emptyTally, { identity: ana, of: 'person', from: 1, until: seq, events, around })
  expect(changedFacts(emptyTally, tally)).toEqual([
    { key: 'count.letters', value: { sent: 2, refused: 1, bounced: 1 }, confidence: 1 },
    {
      key: 'count.promises',
      value: { us: { kept: 1, dropped: 0 }, them: { kept: 0, dropped: 1 } },
      confidence: 1,
    },
  ])
  expect(tally.origin).toBe('external')
  expect(unused.map((one) => one.seq)).toEqual([4, 5, 7, 10])
  expect(changedFacts(tally, tally)).toEqual([])
})
