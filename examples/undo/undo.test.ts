import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { rehearse, type Stage } from 'soloist/testing'

const before = '# Prices\n\n- A zip: 12\n'
const after = '# Prices\n\n- A zip: 14\n'

const path = ({ folder }: Stage, name: string): string => join(folder, 'knowledge', name)
const raise = (stage: Stage) => stage.run('raise-prices', { list: after, notice: 'Zips cost 14 now.\n' })

test('undo puts back what was there, and removes what was not', async () => {
  await using stage = await rehearse(import.meta.dirname)
  const run = await raise(stage)
  assert.equal(readFileSync(path(stage, 'prices.md'), 'utf8'), after)
  await run.undo()
  assert.equal(readFileSync(path(stage, 'prices.md'), 'utf8'), before)
  assert.equal(existsSync(path(stage, 'notice.md')), false)
  assert.equal(run.state, 'undone')
})

test('a dry run says what would be taken back, and takes back nothing', async () => {
  await using stage = await rehearse(import.meta.dirname)
  const run = await raise(stage)
  const { effects } = (await stage.desk('runs.undo', { run: run.id, dryRun: true })) as { effects: { how: string }[] }
  assert.deepEqual(
    effects.map(({ how }) => how),
    ['undo', 'undo'],
  )
  assert.equal(readFileSync(path(stage, 'prices.md'), 'utf8'), after)
})

test('what somebody changed since is not overwritten: the operator is asked', async () => {
  await using stage = await rehearse(import.meta.dirname)
  const run = await raise(stage)
  writeFileSync(path(stage, 'prices.md'), '# Prices\n\n- A zip: 15, by hand\n')
  await run.undo()
  assert.match(readFileSync(path(stage, 'prices.md'), 'utf8'), /by hand/)
  assert.equal(run.state, 'undo-held')
  assert.equal(stage.gates.length, 1)
})
