import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { days, hours } from 'soloist'
import { type RehearsalOptions, rehearse, type Stage } from 'soloist/testing'

// Run with `soloist test`. Time, agents and mails are of the rehearsal; all else is as it works for you.
const issue = { subject: 'Lamps and zips', markdown: '# Lamps and zips\n\nMend both.', sources: [] }
const agents = { writer: () => issue }

async function open(options: RehearsalOptions = {}): Promise<Stage> {
  const stage = await rehearse(import.meta.dirname, { agents, at: '2026-03-13T09:00Z', ...options })
  await stage.identity('audience', 'Our readers', 'audience:readers')
  const csv = readFileSync(join(stage.folder, 'audience.csv'), 'utf8')
  await stage.desk('identities.importCsv', { csv, audience: 'audience:readers' })
  return stage
}

test('an issue waits for the edit, then goes to each active reader once', async () => {
  await using stage = await open()
  const run = await stage.run('newsletter', { topic: 'Lamps and zips' })
  assert.equal(stage.gate('edit').reaches, 6)
  assert.deepEqual(run.effects('mail.send'), [])
  await stage.gate('edit').edit((draft) => ({ ...draft, subject: 'Two lamps and a zip' }))
  const letters = run.effects('mail.send')
  assert.equal(new Set(letters.map((letter) => letter.subject.id)).size, 6)
  await stage.advance(days(2))
  assert.equal(run.state, 'done')
  assert.equal((run.output as { delivered: number }).delivered, 6)
})

test('a rejected issue reaches nobody', async () => {
  await using stage = await open()
  const run = await stage.run('newsletter')
  await stage.gate('edit').reject('Not this month.')
  await stage.advance(days(30))
  assert.equal(run.state, 'failed')
  assert.deepEqual(stage.effects('mail.send'), [])
})

test('an issue with a time of its own waits for it', async () => {
  await using stage = await open()
  await stage.run('newsletter', { sendAt: '2026-03-14T09:00:00Z' })
  await stage.gate('edit').approve()
  await stage.advance(hours(23))
  assert.equal(stage.effects('mail.send').length, 0)
  await stage.advance(hours(1))
  assert.equal(stage.effects('mail.send').length, 6)
})

test('a returned draft is written again, by a writer who knows why', async () => {
  await using stage = await open()
  await stage.run('newsletter')
  await stage.gate('edit').return('Shorter, please.')
  assert.equal(stage.calls('writer').at(-1)?.comment, 'Shorter, please.')
  assert.equal(stage.gates.length, 1)
})

test('killed in the middle of sending, it goes on, and nobody gets two letters', async () => {
  await using stage = await open()
  const run = await stage.run('newsletter')
  stage.crashAt({ when: 'after', what: 'call', nth: 4 })
  await stage.gate('edit').approve()
  assert.equal(stage.crashes, 1)
  assert.deepEqual(
    run.effects('mail.send').map((letter) => letter.state),
    Array(6).fill('done'),
  )
})
