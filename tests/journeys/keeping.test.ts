import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import type { DemoCompany } from '../../scripts/demo/company.ts'
import type { Undoing } from '../../src/os/os.ts'
import type { GateView, Inbox } from '../../src/os/queries/gates.ts'
import type { RunView } from '../../src/os/queries/run.ts'
import { days, isoInstant, later } from '../../src/values/time.ts'
import { begin, companyWithReaders, letters, openGate, startLetter } from './letter.ts'

// Each command is a process: seconds where the machine is busy.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

let company: DemoCompany
afterEach(() => company.close())

test('a scheduled issue is taken back before it is sent, and nobody gets it when its time comes', async () => {
  company = await companyWithReaders({ served: true })
  const sendAt = later(begin, days(1))
  const { run, gate } = await startLetter(company, { sendAt: isoInstant(sendAt) })
  await company.soloist(['decide', gate.id, '--approve', '--company', company.folder])
  const looked = await company.ask<{ effects: Undoing[] }>(['undo', run.id, '--dry-run'])
  expect(looked.effects.map(({ action, how }) => [action, how])).toEqual([['newsletters.schedule', 'ask']])
  expect((await company.ask<RunView>(['show', run.id])).state).toBe('running')

  // What others may have seen is only taken back with the operator's word.
  expect((await company.type(['undo', run.id, '--company', company.folder])).code).toBe(3)
  await company.soloist(['decide', (await openGate(company)).id, '--approve', '--company', company.folder])
  company.setTime(later(sendAt, days(3)))
  const undone = await company.ask<RunView>(['show', run.id])
  expect([undone.state, undone.working, undone.nextDue]).toEqual(['undone', false, null])
  expect(letters(company)).toEqual([])
})

test('a paused company does nothing, and goes on where it was, also from its archive elsewhere; a secret is never seen', async () => {
  company = await companyWithReaders()
  const secret = 'hunter2-4711-correct-horse'
  const here = ['--company', company.folder]
  const said = [await company.type(['secret', 'set', 'smtp-password', ...here], `${secret}\n`)]
  said.push(await company.type(['pause', 'Looking into a wrong address', ...here]))
  const begun = await company.type(['run', 'newsletter', '--json', ...here])
  expect([begun.code, begun.err]).toEqual([
    0,
    expect.stringContaining('paused: nothing is done.\nNext: soloist resume'),
  ])
  const { id } = JSON.parse(begun.out) as RunView
  const paused = await company.ask<RunView>(['show', id])
  expect(new Set(paused.tasks.map(({ state }) => state))).not.toContain('done')
  expect(paused.gates).toEqual([])
  await company.serve()
  said.push(await company.type(['resume', ...here]))
  const gate = await gateToOpen()
  expect(await company.stop()).toBe(0)

  const archive = join(company.home, 'all.soloist')
  said.push(await company.type(['export', archive, ...here], 'a long passphrase\n'))
  const wrong = await company.type(['import', archive, 'wrong'], 'another passphrase\n')
  expect([wrong.code, wrong.err]).toEqual([1, expect.stringMatching(/^archive\.wrong-passphrase: .*\nNext: /s)])
  said.push(await company.type(['import', archive, 'copy'], 'a long passphrase\n'))
  expect(said.at(-1)?.out).toMatch(/paused\.\nNext: soloist resume --company copy/)
  const copied = JSON.parse((await company.type(['show', gate.id, '--json', '--company', 'copy'])).out)
  expect(copied.card).toEqual(gate.card)
  said.push(await company.type(['secret', 'list', '--company', 'copy']), await company.type(['show', id, ...here]))
  said.push(await company.type(['doctor', ...here]))

  expect(said.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
  const files = readdirSync(company.home, { recursive: true, encoding: 'utf8' }).map((path) => join(company.home, path))
  const texts = files.filter((path) => statSync(path).isFile()).map((path) => readFileSync(path, 'latin1'))
  expect(texts.length).toBeGreaterThan(40)
  expect([...texts, JSON.stringify(said)].filter((text) => text.includes(secret))).toEqual([])
})

/** The gate of the one run at work; so many looks at most, each of them a process. */
async function gateToOpen(looks = 60): Promise<GateView> {
  const { confirm } = await company.ask<Inbox>(['inbox'])
  if (confirm[0]) return confirm[0]
  if (looks === 0) throw new Error('no gate opens')
  return gateToOpen(looks - 1)
}
