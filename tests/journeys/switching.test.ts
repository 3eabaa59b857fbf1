import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { DemoCompany } from '../../scripts/demo/company.ts'
import type { GateView, Inbox } from '../../src/os/queries/gates.ts'
import type { RunView } from '../../src/os/queries/run.ts'
import { sharedClock } from '../../src/store/shared-clock.ts'
import { days, isoInstant, later } from '../../src/values/time.ts'
import { type HostedProvider, hostedButtondown, hostedGhost } from '../hosted/providers.ts'
import { begin, letters } from './letter.ts'
import { type ServedDesk, servedDesk } from './served-desk.ts'

// Each command is a process: seconds where the machine is busy.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

const companies: DemoCompany[] = []
const providers: HostedProvider[] = []
afterEach(async () => {
  for (const company of companies.splice(0)) await company.close()
  for (const provider of providers.splice(0)) await provider.server.close()
})

const sendAt = later(begin, days(1))
const ours = 'via.audience({ from: sender }),'

test('the same issue goes from brief to what was learned with our own audience, with Ghost and with Buttondown', async () => {
  const [own, ghost, buttondown] = await Promise.all([story(), story(hostedGhost), story(hostedButtondown)])
  expect(ghost).toEqual(own)
  expect(buttondown).toEqual(own)
  expect(own).toEqual({
    run: 'done',
    tasks: expect.stringContaining('distribute done, results done'),
    approvedFor: 6,
    beforeItsTime: 0,
    sent: ['Kettles, mended', 6],
    figures: { delivered: 6, bounced: 0, unsubscribed: 1, unknown: 0 },
  })
})

/** Plays an issue by the public commands and tells what came of it, in words that hold for any provider. */
async function story(open?: Opens): Promise<unknown> {
  const { company, desk, provider } = await begun(open)
  const { id: run } = await desk.ask<{ id: string }>('POST', '/runs', {
    workflow: 'newsletter',
    input: { topic: 'Kettles', sendAt: isoInstant(sendAt) },
  })
  const gate = await openGate(desk)
  const content = { ...(gate.card?.content as object), subject: 'Kettles, mended' }
  await desk.ask('POST', `/gates/${gate.id}/decide`, { answer: { verdict: 'edited', content } })
  await desk.until<RunView>(`/runs/${run}`, (view) => isDone(view, 'schedule'))
  const sent = (): number[] => (provider ? provider.sent().map((to) => to.length) : letters(company).map(() => 1))
  const beforeItsTime = sent().length

  company.setTime(sendAt)
  await desk.until<RunView>(`/runs/${run}`, (view) => isDone(view, 'distribute'))
  if (provider) provider.leaves('reader1@example.org')
  else await desk.ask('POST', '/identities/audience%3Areaders/members', left)
  company.setTime(later(sendAt, days(2)))
  const end = await desk.until<RunView>(`/runs/${run}`, ({ state }) => state !== 'running')
  const { delivered, bounced, unsubscribed, unknown } = end.output as Record<string, number>
  const titles = letters(company).map((letter) => /^Subject: (.*)\r$/m.exec(letter)?.[1])
  return {
    run: end.state,
    tasks: end.tasks.map(({ name, state }) => `${name} ${state}`).join(', '),
    approvedFor: gate.card?.recipients?.count,
    beforeItsTime,
    sent: [...new Set(provider ? provider.subjects() : titles), sent().reduce((sum, count) => sum + count, 0)],
    figures: { delivered, bounced, unsubscribed, unknown },
  }
}

const left = { member: 'femi.cole@example.org', status: 'unsubscribed', why: 'They wrote back' }
const isDone = (run: RunView, task: string): boolean =>
  run.tasks.some(({ name, state }) => name === task && state === 'done')

type Opens = (now: () => number) => Promise<HostedProvider>

/** A company from the starter that is served, with six readers: its own, or those of a provider. */
async function begun(open?: Opens) {
  const company = new DemoCompany(begin)
  companies.push(company)
  await company.soloist(['init', company.folder])
  const provider = await open?.(sharedClock(join(company.home, 'clock')).now)
  if (provider) switchTo(provider, company)
  await company.serve()
  const desk = servedDesk(company)
  await desk.ask('POST', '/identities', { kind: 'audience', name: 'Our readers', handles: ['audience:readers'] })
  if (provider) await desk.ask('PUT', `/secrets/${provider.secret.name}`, { value: provider.secret.value })
  const csv = readFileSync(join(company.folder, 'audience.csv'), 'utf8')
  if (!provider) await desk.ask('POST', '/identities/import', { csv, audience: 'audience:readers' })
  return { company, desk, provider }
}

/** What an operator does in the config: one line. */
function switchTo(provider: HostedProvider, company: DemoCompany): void {
  providers.push(provider)
  provider.readers(6)
  const path = join(company.folder, 'soloist.config.ts')
  const before = readFileSync(path, 'utf8')
  const after = before.replace(ours, `via.${provider.line},`)
  expect(after.split('\n').filter((line, index) => line !== before.split('\n')[index])).toHaveLength(1)
  writeFileSync(path, after)
}

async function openGate(desk: ServedDesk): Promise<GateView> {
  const { confirm } = await desk.until<Inbox>('/gates', (inbox) => inbox.confirm.length > 0)
  const [gate] = confirm
  if (!gate) throw new Error('no gate is open')
  return gate
}

test('what must be mended at a provider waits in the inbox, and a source that changed shows on the card', async () => {
  const { company, desk, provider } = await begun(hostedGhost)
  const secret = `/secrets/${provider?.secret.name}`
  await desk.ask('POST', '/runs', { workflow: 'newsletter', input: { topic: 'Chairs' } })
  const gate = await openGate(desk)
  writeFileSync(join(company.folder, 'knowledge/library/loose-chair-joints.md'), '# Other\n\nAnother text.\n')
  const shown = await desk.ask<GateView>('GET', `/gates/${gate.id}`)
  expect(shown.card?.changed).toMatchObject([{ pointer: 'folder:library/loose-chair-joints.md', what: 'changed' }])
  expect(await company.soloist(['show', gate.id, '--company', company.folder])).toMatch(
    /Changed since .*not what it was/,
  )

  await desk.ask('PUT', secret, { value: `${'b'.repeat(24)}:${'00'.repeat(32)}` })
  company.setTime(later(begin, days(1)))
  const { maintenance } = await desk.until<Inbox>('/gates', (inbox) =>
    inbox.maintenance.some(({ fault }) => fault.code === 'adapter.refused'),
  )
  expect(maintenance).toMatchObject([{ about: 'adapter:ghost', fault: { code: 'adapter.refused' } }])
  expect(await company.soloist(['inbox', '--company', company.folder])).toMatch(/To be mended.*\n +ghost, since/)
  await desk.ask('PUT', secret, { value: provider?.secret.value })
  company.setTime(later(begin, days(2)))
  const mended = await desk.until<Inbox>('/gates', (inbox) => inbox.maintenance.length === 0)
  expect(mended.confirm.map(({ id }) => id)).toEqual([gate.id])
})
