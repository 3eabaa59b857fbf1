import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import type { GateEvent, GateState } from '../../src/gate/gate.ts'
import { next } from '../../src/gate/gate-state.ts'

const events: GateEvent[] = ['approved', 'edited', 'returned', 'rejected', 'expired']

test('of any sequence of events only the first counts', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...events), { minLength: 1 }), (happened) => {
      let state: GateState = 'open'
      for (const event of happened) state = next(state, event) ?? state
      assert.equal(state, happened[0])
    }),
  )
})
