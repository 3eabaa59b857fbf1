import { Argument } from 'commander'
import type { TestResult } from '../../os/company-tests.ts'
import type { Json } from '../../values/json.ts'
import { type Duration, formatDuration } from '../../values/time.ts'
import { exit } from '../exit.ts'
import type { Invocation, Verb } from '../invocation.ts'
import { indent, plain } from '../render/table.ts'

/** A company's own tests. They need no open company, and touch none. */
export const testVerb: Verb = {
  name: 'test',
  does: "Run the company's own tests: every *.test.ts in its folder, or those that are named.",
  example: 'test workflows/newsletter.test.ts',
  arguments: [new Argument('[files...]', 'test files, or folders of them')],
  action: test,
}

async function test(invocation: Invocation, ...rest: readonly unknown[]): Promise<number> {
  const { world, json } = invocation
  const named = (rest[0] ?? []) as readonly string[]
  const folder = invocation.folder()
  const { runTests, testFiles } = await import('../../os/company-tests.ts')
  const files = testFiles(folder, named, world.cwd)
  const results: TestResult[] = []
  let heading = ''
  await runTests(folder, files, {
    printed: (text) => world.err(text.trimEnd()),
    result(result) {
      results.push(result)
      if (json) return
      if (result.file !== heading) world.out(result.file)
      heading = result.file
      world.out(indent(resultLines(result)))
    },
  })
  const count = (state: TestResult['state']): number => results.filter((result) => result.state === state).length
  const [passed, failed, skipped] = [count('passed'), count('failed'), count('skipped')]
  const answer = { passed, failed, skipped, files, tests: results } as unknown as Json
  invocation.show(answer, () => `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} left out` : ''}.`)
  return failed > 0 ? exit.fault : exit.ok
}

function resultLines({ state, name, ms, why }: TestResult): string {
  if (state === 'skipped') return `left  ${plain(name)}`
  const line = `${state === 'passed' ? 'ok  ' : 'fail'}  ${plain(name)}  (${formatDuration(ms as Duration)})`
  if (why === null) return line
  const next = why.fault === null ? [] : [`Next: ${plain(why.fault.next)}`]
  const at = why.at === null ? [] : [`at ${why.at}`]
  return [line, ...[why.message.trimEnd(), ...next, ...at].map((part) => indent(part, 6))].join('\n')
}
