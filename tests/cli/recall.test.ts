import { afterEach, beforeEach, expect, test } from 'vitest'
import { recalledText } from '../../src/cli/render/recall.ts'
import { fault } from '../../src/values/fault.ts'
import { Shell } from './shell.ts'

let shell: Shell
beforeEach(async () => {
  shell = await Shell.make()
  await shell.behind((company) => company.rows.person('ana', 'Ana', 'ana@example.org'))
  for (const what of ['send the price list', 'mend the garden gate']) {
    await shell.type('identity', 'promise', 'ana@example.org', what)
  }
})
afterEach(() => shell.remove())

test('a question is answered from what the company remembers', async () => {
  const { code, out } = await shell.type('recall', 'What about the fees?', '--identity', 'ana@example.org')
  expect(code).toBe(0)
  expect(out).toMatch(/^1 March 2026\nWe promised: send the price list\n\n1 line, \d+ tokens, up to event \d+\.$/)
  expect((await shell.type('recall', 'zeppelins')).out).toMatch(/^0 lines, 0 tokens, up to event \d+\.$/)
})

test('an explained answer shows where a line is from, what its score is made of, and its words', async () => {
  const { out } = await shell.type('recall', 'What about the fees?', '--explain', '--tokens', '40')
  expect(out).toMatch(/event \d+ \(commitment\.made\) of idn_ana, score \d\.\d\d = word price for fees \d\.\d\d/)
  expect(out).toMatch(/WORD +FOR +PASSAGES +IDF\nfees +0 +\d\.\d\d\n(.+\n)*price +fees +1 +\d\.\d\d/)
  expect(out).toMatch(/\d+ considered\. 1 line, \d+ tokens, up to event \d+\.$/)
})

test('its --json has the lines with their sources; a tier, a budget or a question that is none is refused', async () => {
  const { lines, explained } = JSON.parse((await shell.type('recall', 'the gate', '--json')).out)
  expect(explained).toBeNull()
  expect(Object.keys(lines[0]).sort()).toEqual(['at', 'origin', 'score', 'source', 'text', 'tokens', 'why'])
  expect(lines[0].source).toMatchObject({ tier: 'history', kind: 'commitment.made', identity: 'idn_ana' })
  expect((await shell.type('recall', 'gate', '--tier', 'attic')).code).toBe(2)
  expect((await shell.type('recall', 'gate', '--tokens', 'many')).err).toContain('input.invalid')
  expect((await shell.type('recall', '?!')).err).toContain('it has no word in it')
  expect((await shell.type('recall', 'gate', '--identity', 'nobody@example.org')).err).toContain('identity.unknown')
})

test('an explained answer says what an embedder did for it, and why it did nothing', () => {
  const nothing = { words: [], dates: [], parts: [], considered: 0, left: [] }
  const shown = (lacking: number, why: string | null) => {
    const failed = why === null ? null : fault('embedder.failed', { embedder: 'attic/small', why })
    const meaning = { embedder: 'attic/small', lacking, fault: failed }
    return recalledText({ lines: [], tokens: 0, upTo: 7, explained: { ...nothing, meaning } })
  }
  expect(shown(0, null)).toContain('Meaning by attic/small.\n')
  expect(shown(12, null)).toContain('Meaning by attic/small; 12 without a vector yet.\n')
  expect(shown(12, 'it is asleep')).toContain('gives no vectors: it is asleep. Next: Recall answers by words alone.')
})
