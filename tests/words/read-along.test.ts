import { expect, test } from 'vitest'
import { soloist } from '../../src/cli/soloist.ts'
import type { World } from '../../src/cli/world.ts'
import { finish, openSpeakers, type Speakers, say } from './company.ts'

/** Types a command; `line` resolves when standard error has a line that fits, while the command is still at work. */
function type({ os, folder }: Speakers, argv: readonly string[], isWatched: boolean) {
  const [out, err]: [string[], string[]] = [[], []]
  const waiting: (() => void)[] = []
  const world: Partial<World> = {
    argv,
    cwd: folder,
    timeZone: 'UTC',
    out: (line) => out.push(line),
    err(line) {
      err.push(line)
      for (const look of waiting.splice(0)) look()
    },
    isWatched,
    stopped: () => new Promise(() => undefined),
    open: async () => ({ ...os, close: async () => {} }),
    version: '0.0.0',
  }
  const line = async (text: string): Promise<void> => {
    while (!err.some((said) => said.includes(text))) await new Promise<void>((resolve) => waiting.push(resolve))
  }
  return { ended: soloist(world as World), out, err, line }
}

const start = ['run', 'letter', 'about=tea'] as const
const opening = '{"output":{"subject":"Tea","body":"Dear Ana,\\n\\nYou asked about tea. '
const middle = 'We have a green one of this spring, and a black one that is smoked over pine wood in '
const end = 'the old way. \\u001b[2JWarmly"},"confidence":0.9}'

const told = [
  '  says    write (acme/m)',
  '          subject: Tea',
  '          body: Dear Ana,',
  '          You asked about tea. We have a green one of this spring, and a black',
  '          one that is smoked over pine wood in the old way. [2JWarmly',
]

test.each(['a company that nothing runs', 'a desk that runs'])('%s lets who waits read along', async (where) => {
  const speakers = await openSpeakers()
  if (where === 'a desk that runs') {
    await speakers.address()
    speakers.os.work()
  }
  const typed = type(speakers, start, true)
  const response = await speakers.asked()
  say(response, opening)
  await typed.line('subject: Tea')
  say(response, middle)
  await typed.line('You asked about tea.')
  expect(typed.out).toEqual([])
  finish(response, end)
  expect(await typed.ended).toBe(0)
  const from = typed.err.indexOf(told[0] ?? '')
  expect(typed.err.slice(from, from + told.length)).toEqual(told)
  expect(typed.err[from + told.length]).toMatch(/^ {2}done {4}write/)
  expect(typed.out.join('\n')).toContain('"subject": "Tea"')
})

test.each([
  ['where nobody watches', start, false],
  ['for a program', [...start, '--json'], true],
] as const)('%s nothing but what happens is said', async (_where, argv, isWatched) => {
  const speakers = await openSpeakers()
  const typed = type(speakers, argv, isWatched)
  finish(await speakers.asked(), opening + middle + end)
  expect(await typed.ended).toBe(0)
  expect(typed.err.join('\n')).not.toContain('says')
  expect(typed.err.join('\n')).toContain('done    write')
})
