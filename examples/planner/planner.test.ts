import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rehearse } from 'soloist/testing'

// What a planner would write: tasks with their inputs, wired by name.
const readAndWrite = {
  tasks: [
    { kind: 'action', name: 'look', doer: 'documents.read', inputs: { path: { value: 'prices.md' } } },
    { kind: 'agent', name: 'write', doer: 'scribe', inputs: { about: { from: 'look', path: ['text'] } } },
  ],
  output: { from: 'write', path: [] },
}
const scribe = () => ({ text: 'A zip costs 12.' })

test('a plan that only reads and writes inside is checked, put in place, and run', async () => {
  await using stage = await rehearse(import.meta.dirname, { agents: { planner: () => readAndWrite, scribe } })
  const run = await stage.run('reach', { goal: 'Say what a zip costs.' })
  assert.deepEqual(run.tasks, { made: 'done', 'made/look': 'done', 'made/write': 'done' })
  assert.deepEqual(run.output, { text: 'A zip costs 12.' })
  assert.match(String(stage.calls('scribe')[0]?.input.about), /A zip: 12/)
})

test('a plan that uses what it may not is sent back to the planner, with what is wrong', async () => {
  const bad = { ...readAndWrite, tasks: [{ ...readAndWrite.tasks[0], doer: 'documents.write' }, readAndWrite.tasks[1]] }
  await using stage = await rehearse(import.meta.dirname, {
    agents: { planner: ({ index }) => (index === 0 ? bad : readAndWrite), scribe },
  })
  const run = await stage.run('reach', { goal: 'Say what a zip costs.' })
  assert.match(stage.calls('planner')[1]?.prompt ?? '', /documents\.write/)
  assert.equal(run.state, 'done')
})

const mail = { to: { value: 'ana@example.org' }, subject: { value: 'Zips' }, text: { value: 'A zip costs 12.' } }
const from = (task: string, field: string) => ({ from: task, path: [field] })
const fromTask = (task: string) => ({ to: from(task, 'to'), subject: from(task, 'subject'), text: from(task, 'text') })
const letter = { kind: 'function', name: 'letter', doer: 'letter', inputs: mail }
const goal = 'Tell Ana what a zip costs.'

test('a plan that would mail somebody without asking is refused', async () => {
  const rash = { tasks: [{ kind: 'action', name: 'send', doer: 'mail.send', inputs: mail }], output: mail }
  await using stage = await rehearse(import.meta.dirname, { agents: { planner: () => rash } })
  const run = await stage.run('reach', { goal })
  assert.equal(run.fault?.code, 'plan.not-produced')
  assert.match(stage.calls('planner')[1]?.prompt ?? '', /no gate before it/)
})

test('a plan that asks is shown to the operator before it runs, and again at its own gate', async () => {
  const subject = { from: 'letter', path: [] }
  const polite = {
    tasks: [
      letter,
      { kind: 'gate', name: 'ask', ask: 'Send it?', covers: ['mail.send'], inputs: { subject } },
      { kind: 'action', name: 'send', doer: 'mail.send', inputs: fromTask('ask') },
    ],
    output: subject,
  }
  await using stage = await rehearse(import.meta.dirname, { agents: { planner: () => polite } })
  const run = await stage.run('reach', { goal })
  assert.match(stage.gate('made').ask, /planner made a plan, and it does more than read/)
  await stage.gate('made').approve()
  assert.deepEqual(stage.effects(), [])
  await stage.gate('made/ask').approve()
  assert.equal(run.effects('mail.send').length, 1)
  assert.equal(run.state, 'done')
})
