import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { feeds, readFeeds } from '../../src/adapters/index.ts'
import { workflow } from '../../src/index.ts'
import { openTestCompany, type TestCompany } from '../executor/company.ts'

let company: TestCompany
afterEach(() => company?.close())

const good = `<?xml version="1.0"?><rss version="2.0"><channel><title>T</title><link>https://example.org</link>
<item><title>News</title><link>https://example.org/1</link><guid>1</guid></item></channel></rss>`

const reading = workflow({ name: 'reading', input: z.object({ sources: z.array(z.string()) }) }, (flow, given) =>
  flow.task('read', feeds.read, { sources: given.get('sources') }),
)

test.each([
  ['cut in the middle', good.slice(0, 120), 'feed.malformed'],
  ['a web page', '<!doctype html><html><body>Not found</body></html>', 'feed.malformed'],
  ['empty', '', 'feed.malformed'],
  ['binary', '\u0000\u0001\u0002', 'feed.malformed'],
  ['a bomb of entities', '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss><channel>&b;', 'feed.malformed'],
])('a feed that is %s is named with what to do, and the others are read', async (_what, bad, code) => {
  company = await openTestCompany(
    { workflows: [reading], adapters: [readFeeds()] },
    { 'good.xml': good, 'bad.xml': bad },
  )
  const run = await company.run('reading', { sources: ['bad.xml', 'good.xml', 'gone.xml', '../outside.xml'] })
  expect(await company.stateOf(run)).toBe('done')
  const { entries, problems } = z
    .object({
      entries: z.array(z.object({ title: z.string() })),
      problems: z.array(z.object({ source: z.string(), code: z.string(), message: z.string(), next: z.string() })),
    })
    .parse(await company.output(run))
  expect(entries.map(({ title }) => title)).toEqual(['News'])
  expect(problems.map((problem) => [problem.source, problem.code])).toEqual([
    ['bad.xml', code],
    ['gone.xml', 'fetch.failed'],
    ['../outside.xml', 'fetch.refused'],
  ])
  for (const { message, next } of problems) expect(Math.min(message.length, next.length)).toBeGreaterThan(10)
})
