import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { rehearse, testAdapter } from 'soloist/testing'
import { fileNotebook } from './file-notebook.ts'

const notes = (folder: string): string[] => {
  const file = join(folder, 'notebook.jsonl')
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []
}

const call = { who: 'ana@example.org', text: 'Wants the lamp by Friday.' }

// The whole contract: acts once under a key, is found by it, can be undone, stops when told to, answers in the port's shape.
testAdapter({
  test,
  adapter: fileNotebook,
  samples: { add: { input: call, other: { ...call, text: 'Wants two.' } } },
  count: async (_action, folder) => notes(folder).length,
})

test('a note is written once, also when the process dies right after writing it', async () => {
  await using stage = await rehearse(import.meta.dirname)
  stage.crashAt({ when: 'after', what: 'call' })
  const run = await stage.run('note-call', call)
  assert.equal(stage.crashes, 1)
  assert.equal(run.state, 'done')
  assert.equal(notes(stage.folder).length, 1)
})

test('undoing the run takes the note out again', async () => {
  await using stage = await rehearse(import.meta.dirname)
  const run = await stage.run('note-call', call)
  await run.undo()
  assert.equal(run.state, 'undone')
  assert.deepEqual(notes(stage.folder), [])
})
