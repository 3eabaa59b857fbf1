import { afterEach, beforeEach, expect, test } from 'vitest'
import { fault, Refusal } from '../../src/values/fault.ts'
import { Shell } from './shell.ts'

let shell: Shell
beforeEach(async () => {
  shell = await Shell.make()
})
afterEach(() => shell.remove())

const person = 'zora.quillfeather@example.org'

async function played(form: string) {
  const running = await shell.start('--log', form)
  shell.stdin = 'hunter2-hunter2'
  await shell.type('secret', 'set', 'SMTP_PASSWORD')
  const { err } = await shell.type('run', 'newsletter', `topic=${person}`)
  const run = /run_\w+/.exec(err)?.[0]
  return { run, ...(await running.end()) }
}

test('--log json is a line for each event on standard error, with what became of the process around them', async () => {
  const { run, err, out } = await played('json')
  const lines = err.split('\n').map((line) => JSON.parse(line))
  expect(lines[0]).toMatchObject({ level: 'info', kind: 'soloist.started' })
  expect(lines.at(-1)).toMatchObject({ level: 'info', kind: 'soloist.stopped' })
  expect(lines.find(({ kind }) => kind === 'run.started')).toEqual({
    at: expect.stringMatching(/^2026-03-01T12:00/),
    level: 'info',
    kind: 'run.started',
    says: 'A run of newsletter starts.',
    seq: expect.any(Number),
    run,
    subject: 'idn_company',
  })
  expect(lines.find(({ kind }) => kind === 'gate.opened')).toMatchObject({ says: expect.stringMatching(/^Gate gat_/) })
  expect(lines.find(({ kind }) => kind === 'secret.set')?.says).toBe('Secret SMTP_PASSWORD is set.')
  expect(lines.flatMap(({ says }) => (says.includes('something') ? [says] : []))).toEqual([])
  expect(out).toContain('is at work')
})

test('a log holds no personal text and no secret, in any form', async () => {
  const said = await played('json')
  expect(said.err).not.toMatch(/quillfeather|hunter2|Spring is here/)
  const text = (await played('text')).err
  expect(text).toMatch(/info {4}run\.started +A run of newsletter starts\. {2}\(run_/)
  expect(text).not.toMatch(/quillfeather|hunter2/)
})

test('without --log standard error is silent', async () => {
  expect((await played('off')).err).toBe('')
})

test('a start that is refused is a line too, and the message for a person follows', async () => {
  shell.refusal = new Refusal(fault('store.owned', { folder: shell.folder }))
  const { err, code } = await shell.type('start', '--log', 'json')
  const [line = '', ...rest] = err.split('\n')
  expect(JSON.parse(line)).toMatchObject({
    level: 'error',
    kind: 'soloist.fault',
    says: expect.stringMatching(/^store\.owned: /),
  })
  expect(rest.join('\n')).toMatch(/^store\.owned: .*\nNext: /)
  expect(code).toBe(5)
})
