import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import type { DemoCompany } from '../../scripts/demo/company.ts'
import type { RecalledLines, RunRecalled } from '../../src/os/queries/recalled.ts'
import type { RunView } from '../../src/os/queries/run.ts'
import type { StoredEvent } from '../../src/telemetry/event.ts'
import { days, later } from '../../src/values/time.ts'
import { begin, companyWithReaders, letters, startLetter } from './letter.ts'

// Each command is a process: seconds where the machine is busy.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

let company: DemoCompany
afterEach(() => company.close())

const mark = 'We name the glue: hide glue, warmed in a water bath.'

test('the second issue is made with what the first taught: the edit, the figures and the lesson, by line and source', async () => {
  company = await companyWithReaders()
  const first = await firstIssue()
  const { run, gate } = await startLetter(company, { topic: 'Kettles' })

  const research = await recalledBy(run, 'research')
  expect(sourcesOf(research, mark)).toEqual([['gate.decided', first.decided]])
  expect(sourcesOf(research, 'sum-up delivered: 6')).toEqual([['task.done', first.seq('sum-up')]])
  expect(sourcesOf(research, 'analyst summary')).toEqual([['task.done', first.seq('analyze')]])
  const draft = await recalledBy(run, 'draft')
  expect(sourcesOf(draft, mark)).toEqual([['gate.decided', first.decided]])
  expect(draft.lines.map(({ from }) => from)).toContain('house-style.md # House style')

  // The outcome names the events, the card shows the lines, and the operator reads them on one screen.
  expect(run.tasks.find(({ name }) => name === 'draft')?.sources).toContain(first.decided)
  expect(gate.card?.recalled?.filter(({ text }) => text.includes(mark)).map(({ seq }) => seq)).toContain(first.decided)
  const shown = await company.soloist(['show', run.id, '--company', company.folder])
  expect(shown).toMatch(/Remembered\n[\s\S]*research: \d+ tokens[\s\S]*gate\.decided \d+/)
  expect(shown).toMatch(/Bound to: house-style\.md \([0-9a-f]{12}\), rules\.md/)
})

/** An issue with nothing to remember but how we write, that the operator edited before it went out, two days on; and where the journal has what became of it. */
async function firstIssue() {
  const { run, gate } = await startLetter(company, { topic: 'Lamps and zips' })
  expect((await recalledBy(run, 'research')).lines).toEqual([])
  expect((await recalledBy(run, 'draft')).lines.map(({ source }) => source.tier)).toEqual(['knowledge'])
  const issue = gate.card?.content as { readonly markdown: string }
  const edited = { ...issue, markdown: `${issue.markdown}\n\n${mark}` }
  await company.soloist(['decide', gate.id, '--edit', '-', '--company', company.folder], JSON.stringify(edited))
  expect(letters(company)).toHaveLength(6)
  company.setTime(later(begin, days(2)))
  await company.serve()
  const done = await vi.waitFor(() => shownDone(run), { timeout: 60_000, interval: 0 })
  const events = await eventsOf(run)
  const decided = events.find((event) => event.kind === 'gate.decided')?.seq
  const seq = (name: string): number | undefined => {
    const task = done.tasks.find((one) => one.name === name)?.id
    return events.find((event) => event.kind === 'task.done' && event.task === task)?.seq
  }
  return { decided, seq }
}

async function shownDone({ id }: RunView): Promise<RunView> {
  const shown = await company.ask<RunView>(['show', id])
  expect(shown.state).toBe('done')
  return shown
}

async function eventsOf({ id }: RunView): Promise<StoredEvent[]> {
  const store = join(company.folder, '.soloist')
  const { url } = JSON.parse(readFileSync(join(store, 'desk.json'), 'utf8')) as { url: string }
  const authorization = `Bearer ${readFileSync(join(store, 'token'), 'utf8').trim()}`
  const answer = await fetch(`${url}/api/events?run=${id}&limit=1000`, { headers: { authorization } })
  return ((await answer.json()) as { items: StoredEvent[] }).items
}

/** What the agent of a task was given. */
async function recalledBy({ tasks }: RunView, name: string): Promise<RecalledLines> {
  const { items } = await company.ask<RunRecalled>(['show', tasks.find((task) => task.name === name)?.id ?? ''])
  expect(items).toHaveLength(1)
  return items[0] as RecalledLines
}

/** Kind and event of the lines that say something. */
function sourcesOf({ lines }: RecalledLines, text: string): unknown[] {
  return lines
    .filter((line) => line.text.includes(text))
    .map(({ source }) => (source.tier === 'history' ? [source.kind, source.seq] : source))
}
