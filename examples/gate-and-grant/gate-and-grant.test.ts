import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Rehearsal, rehearse } from 'soloist/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'

let company: Rehearsal

beforeEach(async () => {
  company = await rehearse(import.meta.dirname)
})

afterEach(() => company.close())

const notices = (): number => {
  const folder = join(company.folder, 'board')
  return existsSync(folder) ? readdirSync(folder).length : 0
}

test('an outward action waits at a gate that shows exactly what would happen', async () => {
  const run = await company.run('announce', { text: 'Open on Saturday.' })
  expect(notices()).toBe(0)
  const [gate] = await company.inbox()
  expect(gate?.card).toMatchObject({ actions: ['board.post'], content: { text: 'Open on Saturday.' } })
  await company.decide(gate!.id, { verdict: 'approved' })
  expect(notices()).toBe(1)
  expect((await company.show(run)).state).toBe('done')
})

test('what is rejected does not happen', async () => {
  const run = await company.run('announce', { text: 'Everything is free!' })
  const [gate] = await company.inbox()
  await company.decide(gate!.id, { verdict: 'rejected', reason: 'It is not.' })
  expect(notices()).toBe(0)
  expect((await company.show(run)).state).toBe('failed')
})

test('a grant for two uses lets two go by, and the third one asks', async () => {
  await company.desk('grants.give', { action: 'board.post', maxUses: 2, days: 30, why: 'Opening hours are routine' })
  for (const day of ['Monday', 'Tuesday', 'Wednesday']) await company.run('announce', { text: `Closed on ${day}.` })
  expect(notices()).toBe(2)
  expect((await company.inbox()).map((gate) => gate.card?.content)).toEqual([{ text: 'Closed on Wednesday.' }])
})
