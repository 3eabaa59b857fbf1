import { sql } from 'kysely'
import { expect, test } from 'vitest'
import type { Verdict } from '../../src/gate/gate.ts'
import type { ConfidenceView } from '../../src/os/queries/confidence.ts'
import type { GateView } from '../../src/os/queries/gates.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import type { GateId, RunId } from '../../src/values/id.ts'
import { openWith, typeAt } from './company.ts'

const draft = 'one two three four five six seven eight nine ten eleven twelve'

/** A company whose writer says how sure it is, as it is told. */
async function openSure() {
  const said = { confidence: 0.8 }
  const model = scriptedModel(() => ({ output: { body: draft }, confidence: said.confidence }))
  const company = await openWith({ model })
  const shown = async (gate: GateId) => company.call<GateView>('gates.show', { gate })
  return {
    ...company,
    shown,
    points: () => company.kernel.store.read.selectFrom('confidence_points').selectAll().orderBy('seq').execute(),
    /** Opens a gate on a draft whose writer is so sure, and answers it. */
    async decide(verdict: Verdict, confidence = 0.8): Promise<{ before: GateView; run: RunId }> {
      said.confidence = confidence
      const run = await company.run('twice')
      const [gate] = await company.gates()
      const before = await shown(gate!.id)
      await company.os.decide(gate!.id, verdict)
      for (const open of await company.gates()) await company.os.decide(open.id, { verdict: 'rejected', reason: 'x' })
      return { before, run }
    },
  }
}

test('approved as it is, or but for a word, it was right; written anew, returned or rejected, it was not', async () => {
  const company = await openSure()
  const edited = (body: string): Verdict => ({ verdict: 'edited', content: { body } })
  await company.decide({ verdict: 'approved' }, 0.9)
  await company.decide(edited(draft.replace('twelve', 'dozen')), 0.8)
  await company.decide(edited(draft.replace('ten eleven twelve', 'some more words')), 0.7)
  await company.decide({ verdict: 'rejected', reason: 'no' }, 0.6)
  const points = await company.points()
  expect(points.map(({ agent, raw, outcome }) => [agent, raw, outcome])).toEqual([
    ['writer', 0.9, 'right'],
    ['writer', 0.8, 'right'],
    ['writer', 0.7, 'wrong'],
    ['writer', 0.6, 'wrong'],
  ])
  expect(Object.keys(points[0] ?? {})).toEqual(['gate_id', 'agent', 'hash', 'raw', 'outcome', 'seq'])
})

test('a returned draft was wrong, and the next try is a decision of its own', async () => {
  const company = await openSure()
  await company.run('twice')
  const [first] = await company.gates()
  await company.os.decide(first!.id, { verdict: 'returned', comment: 'Shorter.' })
  await company.os.idle()
  const [second] = await company.gates()
  await company.os.decide(second!.id, { verdict: 'approved' })
  expect((await company.points()).map(({ outcome }) => outcome)).toEqual(['wrong', 'right'])
})

test('what the operator decides on their own work, or on what an agent put no number to, is no point', async () => {
  const company = await openWith({ model: scriptedModel(() => ({ object: { body: draft } })) })
  await company.run('pair')
  const [own] = await company.gates()
  await company.os.decide(own!.id, { verdict: 'approved' })
  await company.run('twice')
  const [unsaid] = await company.gates()
  await company.os.decide(unsaid!.id, { verdict: 'approved' })
  expect(await company.kernel.store.read.selectFrom('confidence_points').selectAll().execute()).toEqual([])
  expect((await company.call<GateView>('gates.show', { gate: unsaid!.id })).confidence).toBeNull()
})

test('cards say how sure one may be from thirty decisions on, and until then that it is too few to tell', async () => {
  const company = await openSure()
  for (let count = 0; count < 30; count += 1) {
    const right = count % 3 === 0
    const verdict: Verdict = right ? { verdict: 'approved' } : { verdict: 'rejected', reason: 'no' }
    const { before } = await company.decide(verdict, count % 2 === 0 ? 0.8 : 0.9)
    expect(before.confidence).toMatchObject({ calibrated: null, decisions: count, needed: 30 })
    if (count < 29) continue
    const typed = await typeAt(company, 'show', before.id)
    expect(typed.out).toMatch(/Confidence\s+[34]\d % by 30 decisions of yours \(it says 90 % itself\)/)
  }
  await company.run('twice')
  const [gate] = await company.gates()
  const { confidence } = await company.shown(gate!.id)
  expect(confidence).toMatchObject({ raw: 0.9, decisions: 30 })
  expect(Math.abs((confidence?.calibrated ?? 0) - 1 / 3)).toBeLessThan(0.15)
})

test('points are what the events of their gates say', async () => {
  const company = await openSure()
  await company.decide({ verdict: 'approved' }, 0.9)
  await company.decide({ verdict: 'rejected', reason: 'no' }, 0.4)
  const events = await company.kernel.journal.at(
    (await company.kernel.store.read.selectFrom('events').select('seq').execute()).map(({ seq }) => seq),
  )
  const cards = new Map(
    events.flatMap((event) => (event.kind === 'gate.opened' ? [[event.payload?.gate, event.payload?.card]] : [])),
  )
  const told = events.flatMap((event) => {
    if (event.kind !== 'gate.decided' || !event.payload) return []
    const card = cards.get(event.payload.gate) as { rawConfidence: number; madeBy: { hash: string; doer: string } }
    const { gate: gate_id, verdict } = event.payload
    const outcome = verdict === 'approved' ? 'right' : 'wrong'
    const { doer: agent, hash } = card.madeBy
    return [{ gate_id, agent, hash, raw: card.rawConfidence, outcome, seq: event.seq }]
  })
  expect(await company.points()).toEqual(told)
})

test('the desk shows how often it was right when it said how sure it is', async () => {
  const company = await openSure()
  const few = await typeAt(company, 'agent', 'confidence', 'writer')
  expect(few.out).toContain('Too few to tell: 0 of 30 decisions.')
  const [version] = await company.os.versions('writer')
  await company.decide({ verdict: 'approved' })
  await copied(company, 119)
  const view = await company.call<ConfidenceView>('agents.confidence', { agent: 'writer', version: '4' })
  expect(view).toMatchObject({ hash: version!.artifact.hash, decisions: 120, calibration: { method: 'platt' } })
  expect(view.bins).toHaveLength(10)
  expect(view.bins.reduce((sum, { count }) => sum + count, 0)).toBe(120)
  expect(view.foretold?.count).toBe(90)
  const { out } = await typeAt(company, 'agent', 'confidence', 'writer')
  expect(out).toContain('IT SAID  WAS RIGHT  CARDS SAY  DECISIONS')
  expect(out).toContain('By your last 120 decisions (a line).')
  expect(out).toMatch(/Cards were off by [\d.]+ points on the mean, over 90 decisions/)
})

/** The same decision so many times more, every fourth time the other way. */
async function copied({ kernel, points }: Awaited<ReturnType<typeof openSure>>, times: number): Promise<void> {
  await kernel.store.write(async (tx) => {
    const [gate] = await points()
    for (let count = 0; count < times; count += 1) {
      const id = `gat_copy${count}` as GateId
      await sql`INSERT INTO gates SELECT ${id}, run_id, task_id, kind, reason, state, subject, binding, audience_id, max_recipients, origin,
        opened_seq, opened_at, due_at, otherwise FROM gates WHERE id = ${gate!.gate_id}`.execute(tx.db)
      const outcome = count % 4 === 0 ? 'wrong' : 'right'
      await tx.db
        .insertInto('confidence_points')
        .values({ ...gate!, gate_id: id, outcome })
        .execute()
    }
  })
}
