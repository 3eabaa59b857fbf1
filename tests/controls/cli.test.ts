import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { operationNamed } from '../../src/os/operations/registry.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { typeAt } from '../cli/type-at.ts'
import { type Controlled, openControlled } from './company.ts'

let company: Controlled
beforeEach(async () => {
  company = await openControlled({ models: { quality: [scriptedModel(() => ({ output: { body: 'fine' } }))] } })
  writeFileSync(join(company.folder, 'soloist.config.ts'), '')
})

const type = (...argv: readonly string[]) => typeAt(company, argv)
const idIn = (text: string): string => /ctl_\w+/.exec(text)?.[0] ?? ''

test('one that takes the place of another says so, and how the other is set again', async () => {
  await type('control', 'throttle', 'workflow:letters', '--runs', '10', '--usd', '0.5', '--until', '2026-03-14T12:00')
  const less = await type('control', 'throttle', 'workflow:letters', '--runs', '1', '--lanes', 'all')
  const undo = 'soloist control throttle workflow:letters --runs 10 --usd 0.5 --until 2026-03-14T12:00 --why REASON'
  expect(less.out.split('\n')).toEqual([
    'workflow:letters: at most 1 run an hour, also where someone waits.',
    'In place of: at most 10 runs and $0.50 an hour.',
    `Undo: ${undo}`,
  ])
  const back = await type(...undo.replace('soloist ', '').split(' '))
  expect(back.out).toContain('Undo: soloist control throttle workflow:letters --runs 1 --lanes all --why REASON')
  await type('control', 'lift', idIn(JSON.stringify(await type('control', 'list', '--json'))))
  const night = await type('control', 'window', 'workflow:letters', '22:00-06:00')
  expect(night.out).toContain('Undo: soloist control lift ctl_')
  await type('control', 'lift', idIn(night.out))
})

test('each control is set by one command that says how it is undone', async () => {
  const throttle = await type(
    'control',
    'throttle',
    'workflow:letters',
    '--runs',
    '10',
    '--usd',
    '2',
    '--why',
    'too much',
  )
  expect([throttle.code, throttle.out.replace(/ctl_\w+/, 'ID')]).toEqual([
    0,
    'workflow:letters: at most 10 runs and $2.00 an hour.\nUndo: soloist control lift ID',
  ])
  const window = await type(
    'control',
    'window',
    'company',
    '22:00-06:00',
    '--lanes',
    'all',
    '--until',
    '2026-03-14T12:00',
  )
  expect(window.out).toContain('company: only 22:00-06:00, also where someone waits until 2026-03-14 12:00.')
  const downgrade = await type('control', 'downgrade', 'agent:writer', 'quality')
  expect(downgrade.out).toContain('agent:writer: no better model than quality.')
  await type('control', 'stop', 'provider:scripted')
  const list = await type('control', 'list')
  const said = list.out.split('\n').map((line) => line.replace(/ctl_\w+/, 'ID').replace(/\s{2,}/g, ' | '))
  expect(said).toEqual([
    'CONTROL | SCOPE | SAYS | SINCE | UNTIL | WHY',
    'ID | agent:writer | no better model than quality | 2026-03-13 09:00 | the operator wants it so',
    'ID | company | only 22:00-06:00, also where someone waits | 2026-03-13 09:00 | 2026-03-14 12:00 | the operator wants it so',
    'ID | provider:scripted | stopped | 2026-03-13 09:00 | the operator wants it so',
    'ID | workflow:letters | at most 10 runs and $2.00 an hour | 2026-03-13 09:00 | too much',
  ])
  const lifted = await type('control', 'lift', idIn(throttle.out))
  expect(lifted.out).toBe('Lifted: workflow:letters, at most 10 runs and $2.00 an hour.')
  const history = JSON.parse((await type('control', 'list', '--history', '--json')).out) as {
    items: { ended: object }[]
  }
  expect(history.items.map((line) => line.ended !== null)).toEqual([false, false, false, true])
})

test('a run that waits for a control says so wherever it is shown', async () => {
  await type('control', 'stop', 'workflow:letters', '--why', 'the list is wrong')
  const run = await type('run', 'letters')
  expect(run.out + run.err).toContain('Waits: stop of workflow:letters, until')
  expect((await type('runs')).out).toContain('running (stop of workflow:letters)')
  const id = /run_\w+/.exec((await type('runs')).out)?.[0] ?? ''
  const shown = await type('show', id)
  expect(shown.out).toContain('control.stopped: workflow:letters is stopped: the list is wrong.')
  expect(shown.out).toMatch(/Next: It waits, .* 'soloist control lift ctl_/)
  const plan = await type('plan', 'letters')
  expect(plan.out).toMatch(/^Under control: workflow:letters, stopped \(the list is wrong\)\n/)
})

test('nonsense is refused with what to write instead', async () => {
  const unknown = await type('control', 'stop', 'workflow:leters')
  expect([unknown.code, unknown.err]).toEqual([4, expect.stringContaining('Did you mean "letters"?')])
  expect((await type('control', 'window', 'company', 'at night')).code).toBe(2)
  expect((await type('control', 'throttle', 'company', '--runs', 'many')).code).toBe(2)
  expect((await type('control', 'list')).out).toBe('No control holds: everything works as it is configured.')
})

test('the forecast of a new company says that there is too little to tell', async () => {
  const { out } = await type('budget', 'forecast')
  expect(out).toContain('company: Too little to tell: 0 whole days of spending, and it takes 7.')
  expect(out).toContain('Days are those of Europe/Berlin.')
})

const set = (input: object) => operationNamed('controls.set').perform(company.os, input as never)

test.each([
  [{ scope: 'company', rule: { kind: 'throttle', runs: 1, dollars: 2 } }, 'rule: Unrecognized key: "dollars"'],
  [{ scope: 'company', rule: { kind: 'stop' }, until: 8_640_000_000_000_001 }, 'until: is beyond all dates'],
])('a rule with a part that means nothing, or to a time that no date has, is refused (%#)', async (input, why) => {
  await expect(set(input)).rejects.toThrow(why)
  expect(company.os.controls.standing()).toEqual([])
})
