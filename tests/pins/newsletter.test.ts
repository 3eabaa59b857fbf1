import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { DemoCompany } from '../../scripts/demo/company.ts'
import { companyWithReaders, openGate } from '../journeys/letter.ts'
import { asked } from './asked.ts'
import { shape } from './shape.ts'

// Each command is a process: seconds where the machine is busy.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

// What others build on, written down as it is today: a change here is a change for them.
let company: DemoCompany
let url: string
let authorization: string
beforeAll(async () => {
  company = await companyWithReaders({ served: true })
  url = JSON.parse(readFileSync(join(company.folder, '.soloist/desk.json'), 'utf8')).url
  authorization = `Bearer ${readFileSync(join(company.folder, '.soloist/token'), 'utf8').trim()}`
})
afterAll(() => company.close())

test('the --json of plan, run, inbox and show, the plan of the newsletter, and the kinds of its events', async () => {
  const plan = await company.ask<{ hash: string; plan: { format: unknown } }>(['plan', 'newsletter'])
  expect(plan.hash).toBe('50a083614c83679f2f2f9b6382fe2f5732e3e3edf8025d9f81d92bb6e1d5f1c3')
  const run = await company.ask<{ id: string }>(['run', 'newsletter'])
  const inbox = await company.ask(['inbox'])
  await company.ask(['decide', (await openGate(company)).id, '--approve'])
  const show = await company.ask<{ tasks: { name: string; kind: string; state: string }[] }>(['show', run.id])
  const tasks = show.tasks.map(({ name, kind, state }) => `${name}: ${kind}, ${state}`)
  const answers = { tasks, plan: shape({ ...plan, plan: {} }), inbox: shape(inbox), run: shape(run), show: shape(show) }
  await expect(`${JSON.stringify(answers, null, 1)}\n`).toMatchFileSnapshot('answers.json')

  const { items } = (await (await call('/api/events?limit=1000')).json()) as { items: { kind: string }[] }
  expect([...new Set(items.map(({ kind }) => kind))].sort()).toEqual(kinds)
})

const call = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${url}${path}`, { ...init, headers: { authorization, ...init.headers } })

test('status and body of the main routes', async () => {
  const lines: string[] = []
  for (const [path, init] of asked) {
    const answer = await call(path, init)
    const body = (await answer.json()) as { fault?: { code: string } }
    const said = body.fault ? body.fault.code : JSON.stringify(shape(body))
    lines.push(`${init?.method ?? 'GET'} ${path} ${answer.status} ${said}`)
  }
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('routes.txt')
})

const kinds = [
  'artifact.published budget.set effect.done effect.intended gate.decided gate.opened identity.created',
  'identity.fact-recorded identity.handle-added identity.member-changed identity.pointer-seen knowledge.changed',
  'knowledge.used run.held run.resumed run.started step.done task.added task.claimed task.done task.held task.ready',
  'task.resumed task.spread',
].flatMap((line) => line.split(' '))
