import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ParsedMail } from 'mailparser'
import { afterEach, expect, test } from 'vitest'
import { inbox } from '../../src/os/queries/gates.ts'
import { listRecalled } from '../../src/os/queries/recalled.ts'
import type { Json } from '../../src/values/json.ts'
import { days, hours, minutes } from '../../src/values/time.ts'
import { begin, openLetterCompany, starter } from './letter-company.ts'

type Letters = Awaited<ReturnType<typeof openLetterCompany>>
const open: Letters[] = []

async function letters(): Promise<Letters> {
  const company = await openLetterCompany()
  open.push(company)
  return company
}

afterEach(async () => {
  for (const company of open.splice(0)) await company.close()
})

const brief = { topic: 'Lamps and zips', sendAt: '2026-03-14T09:00:00Z' }
const active = ['ada.lind', 'bao.tran', 'carla.moss', 'dmitri.sand', 'femi.cole', 'greta.holm']

test('the draft cites only sources of the starter, and says that no model made it', async () => {
  const company = await letters()
  await company.start(brief)
  const { content } = await company.gate()
  const issue = content as unknown as { subject: string; markdown: string; sources: { url: string; pointer: string }[] }
  expect(issue.subject).toBe('Lamps and zips')
  expect(issue.markdown).toContain('Made without a model')
  const links = [...issue.markdown.matchAll(/\]\((https:[^)]+)\)/g)].map(([, url]) => url ?? '')
  expect(links.length).toBeGreaterThanOrEqual(3)
  const offered = await readStarterSources()
  expect(links.filter((url) => !offered.includes(url))).toEqual([])
  expect(links.toSorted()).toEqual(issue.sources.map(({ url }) => url).toSorted())
})

test('nothing is sent before the approval and before its time, then one letter goes to each active reader', async () => {
  const company = await letters()
  const run = await company.start(brief)
  expect(await company.letters()).toEqual([])
  await company.os.decide((await company.gate()).id, { verdict: 'approved' })
  await company.os.idle()
  expect(await company.letters()).toEqual([])
  company.advance(hours(24))
  await company.os.idle()
  expect((await company.letters()).map(recipient).sort()).toEqual(active.map((name) => `${name}@example.org`))
  expect((await company.show(run)).state).toBe('running')
})

test('two days later the run ends with what was delivered, who left, and a note that the next research recalls', async () => {
  const company = await letters()
  const run = await company.start({ topic: brief.topic })
  company.advance(minutes(90))
  await company.os.decide((await company.gate()).id, { verdict: 'approved' })
  await company.os.idle()
  const [letter] = await company.letters()
  await company.os.unsubscribe(tokenIn(letter))
  company.advance(days(2))
  await company.os.idle()
  const ended = await company.show(run)
  expect(ended.state).toBe('done')
  const { operatorMinutes, ...counted } = ended.output as { operatorMinutes: number }
  expect(counted).toEqual({ delivered: 6, bounced: 0, unsubscribed: 1, unknown: 0, costUsd: 0 })
  // An hour and a half passed; reading the card and deciding takes a few minutes.
  expect(operatorMinutes).toBeGreaterThan(1)
  expect(operatorMinutes).toBeLessThan(6)
  const [note] = company.notes()
  expect(note).toMatch(/^2026-03-13-lamps-and-zips-\w{6}\.md$/)
  expect(company.document(`notes/${note}`)).toContain('Delivered 6, bounced 0, in doubt 0; 1 left since.')

  const next = await company.show(await company.start({ topic: 'Kettles' }))
  const { items } = await listRecalled(company.os, { run: next.id, limit: 50 })
  expect(JSON.stringify(items.find(({ name }) => name === 'research'))).toContain('1 left since')
})

test('a returned draft is written again with the comment, and an edited one goes out as edited', async () => {
  const company = await letters()
  await company.start({ topic: brief.topic })
  const first = await company.gate()
  await company.os.decide(first.id, { verdict: 'returned', comment: 'Shorter, please.' })
  await company.os.idle()
  const second = await company.gate()
  const text = (content: Json): string => String((content as { markdown: string }).markdown)
  expect(text(second.content).length).toBeLessThan(text(first.content).length)
  const edited = { ...(second.content as object), subject: 'Two lamps and a zip' } as Json
  await company.os.decide(second.id, { verdict: 'edited', content: edited })
  await company.os.idle()
  const sent = await company.letters()
  expect(new Set(sent.map(({ subject }) => subject))).toEqual(new Set(['Two lamps and a zip']))
  expect(sent).toHaveLength(active.length)
})

test('a rejected issue reaches nobody', async () => {
  const company = await letters()
  const run = await company.start({ topic: brief.topic })
  await company.os.decide((await company.gate()).id, { verdict: 'rejected', reason: 'Not this month.' })
  await company.os.idle()
  company.advance(days(3))
  await company.os.idle()
  expect(await company.letters()).toEqual([])
  expect((await company.show(run)).state).toBe('failed')
})

test('the gate shows who would get it, and one approval covers scheduling and sending', async () => {
  const company = await letters()
  await company.start({ topic: brief.topic })
  const { confirm } = await inbox(company.os, { limit: 10 })
  expect(confirm[0]?.card).toMatchObject({
    actions: ['newsletters.schedule', 'newsletters.send'],
    recipients: { count: 6, name: 'Our readers' },
    madeBy: { doer: 'writer', version: 1, model: 'offline/extractive' },
    dueAt: begin + days(5),
  })
  await company.os.decide((await company.gate()).id, { verdict: 'approved' })
  await company.os.idle()
  const after = await inbox(company.os, { limit: 10 })
  expect([...after.confirm, ...after.batch]).toEqual([])
})

test('research leaves a pointer to every source that it read', async () => {
  const company = await letters()
  const run = await company.start({ topic: brief.topic })
  const { subject } = await company.show(run)
  const rows = await company.os.store.read
    .selectFrom('pointers')
    .select(['adapter', 'external_id', 'url'])
    .where('identity_id', '=', subject.id)
    .execute()
  const kept = rows.map((row) => `${row.adapter}:${row.external_id}`)
  const { content } = await company.gate()
  const { sources } = content as unknown as { sources: { pointer: string }[] }
  expect(sources.map(({ pointer }) => pointer).filter((pointer) => !kept.includes(pointer))).toEqual([])
  expect(kept).toContain('folder:rules.md')
  expect(kept.filter((pointer) => pointer.startsWith('feeds:'))).toHaveLength(7)
})

test('a feed that cannot be read is a problem that research is told of, and the issue is made from the others', async () => {
  const company = await letters()
  const run = await company.start({ topic: brief.topic, feeds: ['feeds/none.xml', 'feeds/workbench-journal.xml'] })
  const shown = await company.show(run)
  const read = shown.tasks.find((task) => task.name === 'read-feeds')?.output as { problems: unknown[] }
  expect(read.problems).toHaveLength(1)
  expect(shown.state).toBe('held')
})

function recipient(letter: ParsedMail): string {
  const to = Array.isArray(letter.to) ? letter.to[0] : letter.to
  return to?.value[0]?.address ?? ''
}

function tokenIn(letter: ParsedMail | undefined): string {
  return /subject=unsubscribe%20(\S+)/.exec(letter?.text ?? '')?.[1] ?? ''
}

function readStarterSources(): string[] {
  const files = ['feeds/repair-commons.xml', 'feeds/workbench-journal.xml']
  const library = ['loose-chair-joints', 'repair-log-2025'].map((name) => `knowledge/library/${name}.md`)
  const texts = [...files, ...library].map((file) => readFileSync(join(starter, file), 'utf8'))
  return texts.flatMap((text) => [...text.matchAll(/https:\/\/[^\s"<]+/g)].map(([url]) => url))
}
