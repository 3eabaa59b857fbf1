import assert from 'node:assert/strict'
import fc from 'fast-check'
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base'
import { test } from 'vitest'
import { seeded } from '../../src/values/chance.ts'
import { instant } from '../../src/values/time.ts'
import { chat, purpose } from './chatter.ts'
import { openRemembering } from './company.ts'

// In full a hundred thousand interactions and a thousand requests.
const full = Boolean(process.env.PROOF)
const interactions = full ? 100_000 : 3000
const requests = full ? 1000 : 150
const longest = 900_000

test(
  'whatever it is for and however few tokens there are: a snapshot keeps to them, and each line has its source',
  async () => {
    const company = await openRemembering()
    const random = seeded(7)
    const ana = await company.person('Ana')
    await company.store.write(async (tx) => {
      const { facts, pins, commitments } = company.identities
      for (let count = 0; count < 80; count += 1) {
        const value = purpose(random).repeat(1 + (count % 9))
        await facts.record(tx, { identity: ana, key: `fact-${count}`, value, origin: 'external' })
        if (count % 4 === 0) await pins.pin(tx, { identity: ana, key: `fact-${count}`, origin: 'operator' })
        const due = count % 3 === 0 ? {} : { dueAt: instant(company.clock.now() + (count - 40) * 86_400_000) }
        await commitments.make(tx, { identity: ana, by: 'them', what: purpose(random), origin: 'external', ...due })
      }
    })
    company.clock.set((await chat(company, ana, interactions, random)) + 1)
    const last = await company.events()
    const budgets = fc.oneof(fc.nat(30), fc.nat(400), fc.nat(4000), fc.nat(100_000))
    const purposes = fc.oneof(
      fc.nat().map((seed) => purpose(seeded(seed))),
      fc.string({ unit: 'grapheme', maxLength: 300 }),
    )
    let used = 0
    await fc.assert(
      fc.asyncProperty(purposes, budgets, async (asked, budget) => {
        const snapshot = await company.memory.snapshot({ identity: ana, purpose: asked, budget })
        const text = snapshot.lines.map((line) => line.text).join('\n')
        assert.ok(snapshot.tokens <= budget && countTokens(text) <= snapshot.tokens)
        for (const { text, source } of snapshot.lines) {
          assert.ok(!/[\n\r\u2028\u2029]/.test(text), 'a line is a line')
          assert.ok(source.tier === 'history' && source.identity === ana && source.seq <= last)
        }
        assert.equal(new Set(snapshot.lines.map((line) => line.text)).size, snapshot.lines.length)
        used = Math.max(used, snapshot.lines.length)
      }),
      { numRuns: requests, seed: 20 },
    )
    assert.ok(used > 100 && used < 400, `${used} lines at most`)
    await company.close()
  },
  longest,
)
