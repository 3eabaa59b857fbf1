import { expect, test } from 'vitest'
import { sharesWith } from '../../src/agents/shares.ts'
import { next, type TrialEvent, type TrialState } from '../../src/agents/trial.ts'

const states: readonly TrialState[] = ['running', 'proposed', 'promoted', 'withdrawn', 'stopped', 'inconclusive']
const moves = ['proposed', 'promoted', 'withdrawn', 'stopped', 'inconclusive'] as const
const events: readonly TrialEvent[] = [...moves.map((kind) => ({ kind })), { kind: 'resumed', to: 'proposed' }]

test('only taking back the release that ended a trial moves it again, and one that is proposed is still watched', () => {
  const table = Object.fromEntries(
    states.map((state) => [state, events.filter((event) => next(state, event) !== undefined).map(({ kind }) => kind)]),
  )
  expect(table).toEqual({
    running: ['proposed', 'promoted', 'withdrawn', 'stopped', 'inconclusive'],
    proposed: ['promoted', 'withdrawn', 'stopped', 'inconclusive'],
    promoted: ['resumed'],
    withdrawn: ['resumed'],
    stopped: ['resumed'],
    inconclusive: [],
  })
  expect(next('promoted', { kind: 'resumed', to: 'proposed' })).toBe('proposed')
})

test('the released rest shrinks in proportion; who would have less than a percent has nothing', () => {
  const of = (...parts: number[]) => parts.map((share, at) => ({ hash: `v${at + 1}`, share }))
  const canary = (shares: ReturnType<typeof of>, share: number) =>
    sharesWith(shares, { hash: 'new', share }).map((one) => `${one.hash} ${one.share}`)
  expect(canary(of(100), 10)).toEqual(['v1 90', 'new 10'])
  expect(canary(of(70, 30), 10)).toEqual(['v1 63', 'v2 27', 'new 10'])
  expect(canary(of(99, 1), 50)).toEqual(['v1 50', 'new 50'])
  expect(
    sharesWith(
      [
        { hash: 'new', share: 20 },
        { hash: 'v1', share: 80 },
      ],
      { hash: 'new', share: 5 },
    ),
  ).toEqual([
    { hash: 'v1', share: 95 },
    { hash: 'new', share: 5 },
  ])
})
