import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { versionHash } from '../../src/memory/knowledge/version.ts'
import { openKnowledgeDesk } from '../../src/os/knowledge/desk.ts'
import type { Row } from '../../src/store/tables.ts'
import type { StoredEvent } from '../../src/telemetry/event.ts'
import { type Library, openLibrary, policy } from './company.ts'

let library: Library
beforeEach(async () => {
  library = await openLibrary()
})
afterEach(() => library.close())

/** What is in force, and what is proposed, as the journal tells it. */
function fold(events: readonly StoredEvent[]) {
  const knowledge = new Map<string, Row<'knowledge'>>()
  const proposals = new Map<string, Row<'proposals'>>()
  for (const event of events) {
    if (event.kind === 'knowledge.changed' && event.payload) {
      const { path, kind, hash } = event.payload
      if (hash === null) knowledge.delete(path)
      else knowledge.set(path, { path, kind: kind as Row<'knowledge'>['kind'], hash, seq: event.seq })
    }
    if (event.kind === 'knowledge.proposed' && event.payload) {
      const { proposal: id, path, base, body } = event.payload
      const made = { made_at: event.at, made_seq: event.seq, decided_seq: null }
      proposals.set(id, { id, path, base_hash: base, hash: versionHash(path, body), state: 'open', ...made })
    }
    if (event.kind === 'knowledge.decided' && event.payload) {
      const { proposal, accepted } = event.payload
      const before = proposals.get(proposal)
      if (!before) throw new Error(`${proposal} was decided and never made`)
      proposals.set(proposal, { ...before, state: accepted ? 'accepted' : 'refused', decided_seq: event.seq })
    }
  }
  return { knowledge: [...knowledge.values()].sort(byPath), proposals: [...proposals.values()].sort(byPath) }
}

const byPath = (a: { path: string }, b: { path: string }): number => (a.path < b.path ? -1 : 1)

test('replaying the events gives what is in force and what is proposed', async () => {
  const { knowledge, company, folder } = library
  const desk = openKnowledgeDesk({ ...company, knowledge }, folder)
  for (const name of ['a', 'b', 'c']) library.write(`${name}.md`, policy(name))
  await desk.current()
  rmSync(join(folder, 'a.md'))
  library.write('b.md', policy('b, again').replace('kind: policy', 'kind: playbook').replace('scope: invoices\n', ''))
  await desk.current()
  const propose = (path: string) => desk.propose({ path, text: policy(`${path}!`), why: 'x', origin: 'external' })
  await desk.accept(await propose('c.md'), 'Yes')
  await desk.refuse(await propose('d.md'), 'No')
  await propose('e.md')
  await desk.restore('a.md', '1', { discard: false })
  const { read } = company.store
  const rows = {
    knowledge: await read.selectFrom('knowledge').selectAll().orderBy('path').execute(),
    proposals: await read.selectFrom('proposals').selectAll().orderBy('path').execute(),
  }
  expect(rows.knowledge.map(({ path, kind }) => `${path} ${kind}`)).toEqual([
    'a.md policy',
    'b.md playbook',
    'c.md policy',
  ])
  expect(fold(await company.journal.page({ after: 0, limit: 1000 }))).toEqual(rows)
})

test('no query of knowledge walks through a table that grows', async () => {
  const { knowledge, company, folder } = library
  const desk = openKnowledgeDesk({ ...company, knowledge }, folder)
  library.write('a.md', policy('a'))
  const file = (await desk.current()).get('a.md')
  await knowledge.version(file?.hash ?? '')
  const id = await desk.propose({ path: 'a.md', text: policy('b'), why: 'x', origin: 'system' })
  await desk.accept(id, 'Yes')
  await desk.restore('a.md', '1', { discard: false })
  // The files in force are at most 500, and all of them are asked for.
  const walks = company
    .plans()
    .filter((line) => /^SCAN (?!secrets|knowledge)/.test(line) || line.includes('TEMP B-TREE'))
  expect(walks).toEqual([])
})
