import { afterEach, beforeEach, expect, test } from 'vitest'
import { askTwice } from '../../src/cli/terminal.ts'
import { Shell } from './shell.ts'

let shell: Shell
beforeEach(async () => {
  shell = await Shell.make()
})
afterEach(() => shell.remove())

test('a field of the input that is misspelt starts nothing, and says which was meant', async () => {
  for (const typed of [['topc=Lamps'], ['topic=Lamps', '--input', '{"topc":"Zips"}']]) {
    const said = await shell.type('run', 'newsletter', ...typed)
    expect(said.code).toBe(4)
    expect(said.err).toContain('There is no field of newsletter called "topc". Did you mean "topic"?')
    expect(said.err).toContain('Next: See what there is: soloist plan newsletter.')
  }
  const far = await shell.type('schedule', 'add', 'weekly', 'newsletter', '@weekly', 'audience=readers')
  expect(far.err).toContain('There is no field of newsletter called "audience". It takes topic.')
  expect((await shell.type('runs')).out).toMatch(/^No runs/)
})

test('a plan says which fields its workflow takes', async () => {
  expect((await shell.type('plan', 'newsletter')).out).toMatch(/^Takes +topic$/m)
})

test('a company is paused in a hurry, without quotes around the reason', async () => {
  expect((await shell.type('pause', 'something', 'looks', 'wrong')).out).toBe(
    'The company is paused: something looks wrong',
  )
})

test('without an id, show says how the company stands and where to look', async () => {
  const { end } = await shell.start()
  await shell.type('run', 'newsletter', 'topic=x')
  await shell.type('pause', 'lunch')
  const { code, out } = await shell.type('show')
  await end()
  expect([code, out.split('\n').slice(1)]).toEqual([
    0,
    [
      'The company is paused: lunch',
      'Next: soloist resume',
      'Waits for you: 1 decision (soloist inbox)',
      'Runs: 0 running, 1 held (soloist runs)',
    ],
  ])
  expect(JSON.parse((await shell.type('show', '--json')).out)).toMatchObject({ runs: { held: 1 } })
})

test('a card of what was decided does not bury the line that says so', async () => {
  await shell.type('run', 'newsletter', 'topic=x')
  const [gate] = JSON.parse((await shell.type('inbox', '--json')).out).confirm as { id: string }[]
  await shell.type('decide', gate!.id, '--approve')
  expect((await shell.type('decide', gate!.id, '--approve')).err).toMatch(/^gate\.decided: .*\nNext: .*$/)
})

test('the next page of a list is of the same list', async () => {
  for (const topic of ['a', 'b']) await shell.type('run', 'newsletter', `topic=${topic}`)
  const { out } = await shell.type('runs', '--state', 'held', '--limit', '1')
  expect(out).toMatch(/^More: soloist runs --state held --limit 1 --cursor \S+$/m)
})

test('every help fits a terminal of 80 columns', async () => {
  const { out } = await shell.type('--help')
  const nouns = [...out.matchAll(/^ {2}([a-z]+) /gm)].map(([, noun]) => noun!)
  expect(nouns).toContain('identity')
  for (const noun of nouns) {
    const wide = (await shell.type(noun, '--help')).out.split('\n').filter((line) => line.length > 80)
    expect(wide.filter((line) => !line.startsWith('  $ ') && !line.startsWith('Usage: '))).toEqual([])
  }
})

test('a passphrase that is made is asked for twice, and a slip is refused', async () => {
  const asking = (...answers: string[]) => {
    const left = [...answers]
    return { left, ask: async () => left.shift() ?? '' }
  }
  const slip = asking('four words of mine', 'four word of mine')
  await expect(askTwice(slip.ask, 'Passphrase: ', 'Once more: ')).rejects.toThrow(/the second time/)
  const same = asking('four words of mine', 'four words of mine')
  expect(await askTwice(same.ask, 'Passphrase: ', 'Once more: ')).toBe('four words of mine')
  const once = asking('hunter2', 'not asked for')
  expect([await askTwice(once.ask, 'Passphrase: ', undefined), once.left]).toEqual(['hunter2', ['not asked for']])
})
