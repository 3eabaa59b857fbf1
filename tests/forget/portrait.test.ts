import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { newCompany, person } from './company.ts'
import { plant } from './plant.ts'

test('a person gets all that is held on them, to read and for machines, and nothing of others', async () => {
  const ana = await newCompany()
  const { os, parts, folder } = ana
  const { texts, ids, run } = await plant(ana)
  const eve = await person(ana, 'Evelyn Other', 'eve@example.org')
  await os.store.write(async (tx) => {
    const seq = await parts.kernel.journal.append(tx, {
      kind: 'identity.related',
      subject: ids[0]!,
      origin: 'operator',
      payload: { relation: 'tie_2' as never, from: ids[0]!, kind: 'friend-of', to: eve },
    })
    const row = { id: 'tie_2' as never, from_id: ids[0]!, kind: 'friend-of', to_id: eve, origin: 'operator' } as const
    await tx.db
      .insertInto('relations')
      .values({ ...row, made_at: os.clock.now(), made_seq: seq, ended_seq: null })
      .execute()
    await os.vault.setSecret(tx, 'door', 'open sesame please')
    await parts.kernel.identities.facts.record(tx, {
      identity: ids[0]!,
      key: 'door',
      value: 'says open sesame please',
      origin: 'operator',
    })
  })
  const written = await os.portray(ids[1]!, join(dirname(folder), 'them.json'))
  const json = readFileSync(written.json, 'utf8')
  const data = JSON.parse(json)
  const markdown = readFileSync(written.markdown, 'utf8')
  expect(texts.filter((text) => !json.includes(text))).toEqual([])
  expect(data.records.map((record: { id: string }) => record.id)).toEqual(ids)
  expect(
    data.facts
      .filter((fact: { key: string }) => fact.key === 'allergy')
      .map((fact: { current: boolean }) => fact.current),
  ).toEqual([false, true])
  expect(data.runs.map((each: { run: string }) => each.run)).toContain(run)
  expect(data.letters).toHaveLength(2)
  expect(data.events).toHaveLength(written.events)
  expect(markdown).toMatch(/## Facts, with those that newer ones replaced\n\n- allergy: zqplanted/)
  for (const text of [json, markdown]) {
    expect(text).not.toContain('sesame')
    expect(text).toContain('[secret door]')
    for (const other of ['Evelyn', 'eve@', 'Bob', 'bob@']) expect(text.includes(other) && other).toBe(false)
  }
  expect(statSync(written.json).mode & 0o777).toBe(0o600)
  expect(readdirSync(dirname(folder)).sort()).toEqual(['ana', 'clock', 'them.json', 'them.md'])
})

test('it overwrites nothing, is long without filling memory, and of the forgotten there is none', async () => {
  const ana = await newCompany()
  const { os, parts, folder } = ana
  const id = await person(ana, 'Ana', 'ana@example.net')
  for (let count = 0; count < 500; count += 100)
    await os.store.write(async (tx) => {
      for (let index = count; index < count + 100; index += 1)
        await parts.kernel.identities.interactions.record(tx, {
          identity: id,
          channel: 'note',
          by: 'us',
          text: `Note ${index}\nof two lines`,
          origin: 'operator',
        })
    })
  writeFileSync(join(folder, 'ana.md'), 'mine')
  await expect(os.portray(id, 'ana')).rejects.toThrow('archive.occupied')
  expect(readFileSync(join(folder, 'ana.md'), 'utf8')).toBe('mine')
  expect(existsSync(join(folder, 'ana.json'))).toBe(false)
  const { json, events } = await os.portray(id, 'other')
  expect(JSON.parse(readFileSync(json, 'utf8')).interactions).toHaveLength(500)
  expect(events).toBe(502)
  await expect(os.portray(id, 'missing/ana')).rejects.toThrow('store.unwritable')
  await os.forget(id, { dryRun: false, cancelRuns: false })
  await expect(os.portray(id, 'third')).rejects.toThrow('vault.forgotten')
})
