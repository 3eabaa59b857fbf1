import { readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import type { DemoCompany } from '../../scripts/demo/company.ts'
import { companyWithReaders, letters, startLetter } from './letter.ts'

// Each command is a process: seconds where the machine is busy.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

let company: DemoCompany
afterEach(() => company.close())

test('the desk lets in who has the token, tells what it can, streams on, and honours a one-click unsubscribe', async () => {
  company = await companyWithReaders()
  const config = join(company.folder, 'soloist.config.ts')
  const text = readFileSync(config, 'utf8')
  writeFileSync(config, text.replace("name: 'The", "publicUrl: 'https://desk.example.org', name: 'The"))
  await company.serve()
  const { url } = JSON.parse(readFileSync(join(company.folder, '.soloist/desk.json'), 'utf8')) as { url: string }
  const headers = { authorization: `Bearer ${readFileSync(join(company.folder, '.soloist/token'), 'utf8').trim()}` }

  expect(await statusWith(url, {})).toBe(401)
  expect(await statusWith(url, { authorization: 'Bearer wrong' })).toBe(401)
  expect(await statusWith(url, { ...headers, host: 'evil.example.org' })).toBe(403)
  expect(await statusWith(url, { ...headers, origin: 'https://evil.example.org' })).toBe(403)
  expect(await statusWith(url, headers)).toBe(200)

  const described = (await (await fetch(`${url}/api/openapi.json`, { headers })).json()) as Described
  const ids = Object.values(described.paths)
    .flatMap((path) => Object.values(path).map(({ operationId }) => operationId))
    .sort()
  expect(ids).toEqual(operations)

  const all = await eventsAfter(url, headers, '0', 12)
  expect(all).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
  expect(await eventsAfter(url, headers, '7', 3)).toEqual([8, 9, 10])

  const { gate } = await startLetter(company)
  await company.soloist(['decide', gate.id, '--approve', '--company', company.folder])
  const sent = letters(company)
  expect(sent).toHaveLength(6)
  const adas = sent.find((letter) => letter.includes('ada.lind@')) ?? ''
  expect(adas).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m)
  const link = /<https:\/\/desk\.example\.org(\/unsubscribe\/[^>]+)>/.exec(adas.replace(/\r\n\s+/g, ''))?.[1]
  const left = await fetch(`${url}${link}`, { method: 'POST', body: 'List-Unsubscribe=One-Click' })
  expect([left.status, (await left.text()).includes('You have left')]).toEqual([200, true])

  const next = await startLetter(company, { topic: 'The next one' })
  expect(next.gate.card?.recipients?.count).toBe(5)
  await company.soloist(['decide', next.gate.id, '--approve', '--company', company.folder])
  expect(letters(company)).toHaveLength(11)
  expect(letters(company).filter((letter) => letter.includes('ada.lind@'))).toHaveLength(1)
})

interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>
}

// `fetch` sets Host and Origin by itself.
async function statusWith(url: string, headers: Record<string, string>): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
  const sent = request(`${url}/api/company/mode`, { headers }, (answer) => {
    answer.resume()
    resolve(answer.statusCode)
  })
  sent.on('error', reject).end()
  return promise
}

/** The ids of the first events of the stream after a place. */
async function eventsAfter(url: string, headers: object, place: string, count: number): Promise<number[]> {
  const leaving = new AbortController()
  const stream = await fetch(`${url}/api/events/stream`, {
    headers: { ...headers, 'last-event-id': place },
    signal: leaving.signal,
  })
  let said = ''
  for await (const chunk of stream.body ?? []) {
    said += Buffer.from(chunk).toString('utf8')
    const ids = [...said.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id))
    if (ids.length >= count) return ids.slice(0, count)
  }
  return []
}

const operations = [
  'agents.cancelReplay agents.confidence agents.diff agents.list agents.replay agents.replayed agents.replays agents.show',
  'backups.list backups.take backups.try budgets.forecast budgets.list budgets.set commitments.drop',
  'commitments.keep commitments.list commitments.make company.doctor company.export company.health company.mend',
  'company.mode company.pause company.resume company.verify controls.lift controls.list controls.set effects.list',
  'evals.list evals.result evals.start events.list gates.decide gates.decideBatch gates.list gates.show grants.give',
  'grants.list grants.withdraw identities.add identities.disputes identities.distinguish identities.export identities.fact',
  'identities.forget identities.handle identities.history identities.importCsv identities.importVcard',
  'identities.list identities.member identities.merge identities.note identities.pin identities.relate',
  'identities.show identities.snapshot identities.suggestions identities.unmerge identities.unpin',
  'identities.unrelate knowledge.accept knowledge.check knowledge.diff knowledge.history knowledge.list',
  'knowledge.proposal knowledge.proposals knowledge.propose knowledge.refuse knowledge.restore knowledge.show',
  'memory.distil memory.recall memory.status plan.show pointers.check pointers.list pointers.open releases.canary',
  'releases.move releases.promote releases.set releases.shadow releases.show releases.stop releases.undo',
  'releases.withdraw runs.cancel runs.list runs.recalled runs.retry runs.show runs.start runs.undo schedules.add',
  'schedules.list schedules.next schedules.pause schedules.remove schedules.resume secrets.list secrets.remove',
  'secrets.set tasks.list tasks.retry upkeep.list upkeep.log upkeep.pause upkeep.resume upkeep.review upkeep.undoReview webhooks.add',
  'webhooks.deliveries webhooks.list webhooks.receipts webhooks.remove webhooks.replay workflows.list',
].flatMap((line) => line.split(' '))
