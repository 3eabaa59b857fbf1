import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fault, Refusal } from '../../src/values/fault.ts'
import { Shell } from './shell.ts'

let shell: Shell
beforeEach(async () => {
  shell = await Shell.make()
})
afterEach(() => shell.remove())

const idIn = (text: string, prefix: string): string => new RegExp(`${prefix}_[0-9a-z]+`).exec(text)?.[0] ?? ''

describe.each(['nothing runs', 'soloist start runs'])('while %s', (how) => {
  let end: () => Promise<unknown> = async () => {}
  beforeEach(async () => {
    if (how === 'soloist start runs') end = (await shell.start()).end
  })
  afterEach(() => end())

  test('a run works until it waits, and the answer takes it to its end', async () => {
    const started = await shell.type('run', 'newsletter', 'topic=12')
    expect(started.code).toBe(3)
    expect(started.err).toContain('  done    write  $0.001200  0.9 s  openai/gpt-5-mini')
    expect(started.err).toContain('Waits for you at edit: Edit the draft, then approve it for sending.')
    const gate = idIn(started.err, 'gat')
    const decided = await shell.type('decide', gate, '--approve')
    expect(decided.err).toContain('Does         mail.send')
    expect(decided.out).toBe(`Gate ${gate} is approved.`)
    expect(decided.err).toMatch(/Run run_\w+ is done\./)
    expect(decided.code).toBe(0)
    // 12 stays text, for the schema says that a topic is text.
    const shown = JSON.parse((await shell.type('show', idIn(started.err, 'run'), '--json')).out)
    expect(shown).toMatchObject({ state: 'done', input: { topic: '12' }, output: { sent: true } })
  })

  test('a gate is answered once, and the second answer says so', async () => {
    const gate = idIn((await shell.type('run', 'newsletter', 'topic=x')).err, 'gat')
    await shell.type('decide', gate, '--reject', 'No')
    const again = await shell.type('decide', gate, '--approve')
    expect(again.code).toBe(1)
    expect(again.err).toContain(`gate.decided: ${gate} was rejected already`)
    expect(again.err).toContain('Next: A gate is answered once')
  })

  test('what does not exist is code 4, what is not understood 2, in --json also as JSON', async () => {
    expect((await shell.type('show', 'run_nobody')).code).toBe(4)
    expect((await shell.type('show', 'nobody@example.org')).code).toBe(4)
    const invalid = await shell.type('show', 'run_WRONG', '--json')
    expect(invalid.code).toBe(2)
    expect(JSON.parse(invalid.out)).toMatchObject({ fault: { code: 'input.invalid', retry: 'never' } })
  })

  test('a secret is read from standard input and shown nowhere', async () => {
    shell.stdin = 'hunter2-very-secret\n'
    const set = await shell.type('secret', 'set', 'SMTP_PASSWORD')
    expect([set.code, set.out, set.err]).toEqual([0, 'Set SMTP_PASSWORD.', ''])
    const listed = await shell.type('secret', 'list')
    expect(listed.out).toBe('SECRET         STATE  NEEDED BY\nSMTP_PASSWORD  set    -')
  })

  test('pausing and resuming say how the company stands', async () => {
    expect((await shell.type('pause', 'wrong invoice')).out).toBe('The company is paused: wrong invoice')
    expect((await shell.type('resume', '--json')).out).toBe(
      '{\n  "mode": "normal",\n  "why": null,\n  "since": null,\n  "reasons": []\n}',
    )
  })
})

test('deciding without an answer shows the card and says how to answer', async () => {
  const gate = idIn((await shell.type('run', 'newsletter', 'topic=x')).err, 'gat')
  const shown = await shell.type('decide', gate)
  expect(shown.code).toBe(3)
  expect(shown.out).toBe('')
  expect(shown.err).toContain('text: Spring is here.')
  expect(shown.err).toContain(`Next: soloist decide ${gate} --approve`)
})

test('two answers at once are refused, and nothing is decided', async () => {
  const gate = idIn((await shell.type('run', 'newsletter', 'topic=x')).err, 'gat')
  expect((await shell.type('decide', gate, '--approve', '--reject', 'No')).code).toBe(2)
  expect(JSON.parse((await shell.type('show', gate, '--json')).out).state).toBe('open')
})

test('an edit is read from a file', async () => {
  const gate = idIn((await shell.type('run', 'newsletter', 'topic=x')).err, 'gat')
  await shell.write('draft.json', '{"text":"Better."}')
  await shell.type('decide', gate, '--edit', 'draft.json')
  const { decision } = JSON.parse((await shell.type('show', gate, '--json')).out)
  expect(decision).toMatchObject({ verdict: 'edited', content: { text: 'Better.' } })
})

test('an edit that is no JSON is refused, and nothing is decided', async () => {
  const gate = idIn((await shell.type('run', 'newsletter', 'topic=x')).err, 'gat')
  await shell.write('draft.json', '{text')
  const refused = await shell.type('decide', gate, '--edit', 'draft.json')
  expect(refused.code).toBe(2)
  expect(refused.err).toContain('input.not-json: draft.json is not JSON')
})

test('decide --all shows each card, answers the batch, and leaves alone what wants a look', async () => {
  const gates = await shell.behind(async ({ rows }) => [
    await rows.openGate(await rows.startRun({}), 'batch'),
    await rows.openGate(await rows.startRun({}), 'batch'),
    await rows.openGate(await rows.startRun({}), 'confirm'),
  ])
  const answered = await shell.type('decide', '--all', '--approve')
  expect(answered.out).toBe(`${gates[0]}  answered\n${gates[1]}  answered`)
  expect(answered.err.match(/Edit the draft, then approve it for sending\./g)?.length).toBeGreaterThanOrEqual(2)
  const inbox = JSON.parse((await shell.type('inbox', '--json')).out)
  expect(inbox.batch).toEqual([])
  expect(inbox.confirm.map((gate: { id: string }) => gate.id)).toContain(gates[2])
})

test('start prints three lines and leaves no address behind', async () => {
  const running = await shell.start()
  const { url } = JSON.parse(await shell.read('.soloist/desk.json'))
  const said = await running.end()
  expect(said.code).toBe(0)
  expect(said.out).toBe(
    [
      'Ana Writes is at work (newsletter)',
      `Desk: ${url}   Folder: ${shell.folder}   Stop: Ctrl-C`,
      'Nothing waits for you.',
    ].join('\n'),
  )
  await expect(shell.read('.soloist/desk.json')).rejects.toThrow('ENOENT')
})

test('an address that a dead desk left behind is passed over', async () => {
  await mkdir(join(shell.folder, '.soloist'))
  await shell.write('.soloist/token', 'old')
  await shell.write('.soloist/desk.json', '{"url":"http://127.0.0.1:9","pid":1}')
  expect((await shell.type('runs')).code).toBe(0)
  await shell.write('.soloist/desk.json', 'torn{')
  expect((await shell.type('runs')).out).toBe("No runs. Start one with 'soloist run WORKFLOW'.")
})

test('a company that another process has is code 5', async () => {
  shell.refusal = new Refusal(fault('store.owned', { folder: shell.folder }))
  const refused = await shell.type('runs')
  expect(refused.code).toBe(5)
  expect(refused.err).toMatch(/^store\.owned: The company in .* is already open in another process\.\nNext: /)
})

test('a bug is one line and code 70, without a stack', async () => {
  shell.refusal = new TypeError('x is not a function')
  const broken = await shell.type('runs')
  expect([broken.code, broken.err]).toEqual([
    70,
    'soloist.bug: Soloist itself went wrong: x is not a function.\nNext: What was not confirmed did not happen. Report it with what you did.',
  ])
})

test('outside of a company there is none, and --company names one', async () => {
  const other = await Shell.make()
  const asked = await other.type('runs', '--company', shell.folder)
  await other.remove()
  expect(asked.code).toBe(0)
  const none = await new Shell('/').type('runs')
  expect([none.code, none.err]).toEqual([
    4,
    expect.stringContaining('config.missing: There is no soloist.config.ts in /.'),
  ])
})

test('init copies the starter and says what comes next; twice is refused', async () => {
  await mkdir(join(shell.folder, 'starter'))
  await shell.write('starter/soloist.config.ts', 'export default {}')
  const made = await shell.type('init', 'mine')
  expect(made.code).toBe(0)
  expect(made.out).toContain('Made a company in mine: 1 files')
  expect(await shell.read('mine/.soloist/vault.key')).toMatch(/^[0-9a-f]{64}\n$/)
  expect((await shell.type('init', 'mine')).err).toContain('init.occupied')
})

test('every command has help with an example', async () => {
  const verbs =
    'init start test run plan runs show inbox decide undo retry cancel pause resume verify export import doctor'
  const nested =
    'identity list|identity add|identity import|budget set|grant give|secret set|schedule add|schedule next|' +
    'agent list|agent show|agent diff|release show|release set|release withdraw|release undo|release move'
  for (const command of [
    ...verbs.split(' ').map((verb) => [verb]),
    ...nested.split('|').map((verb) => verb.split(' ')),
  ]) {
    const help = await shell.type(...command, '--help')
    expect([help.code, help.out]).toEqual([0, expect.stringContaining(`Example:\n  $ soloist ${command.join(' ')}`)])
    expect(help.out).toContain('--json')
  }
})

test('a misspelt command is code 2 and names the near one', async () => {
  const wrong = await shell.type('runz')
  expect(wrong.code).toBe(2)
  expect(wrong.err).toContain('Did you mean')
  expect(shell.opened).toBe(0)
})

test('budgets are set in dollars', async () => {
  expect((await shell.type('budget', 'set', 'company', '50')).out).toBe('company may spend $50.00 in 2026-03.')
  expect((await shell.type('budget', 'set', 'company', 'fifty')).code).toBe(2)
  expect((await shell.type('budget', 'list')).out).toBe(
    'SCOPE    PERIOD   LIMIT   SPENT  RESERVED  LEFT\ncompany  2026-03  $50.00  $0.00  $0.00     $50.00',
  )
})

test('a CSV goes in byte by byte, and the report says what was left out', async () => {
  await shell.behind(({ rows }) => rows.person('readers', 'Readers', 'readers@example.org'))
  await shell.write('readers.csv', 'name,email\nAna,ana@example.org\n')
  const done = await shell.type('identity', 'import', 'readers.csv', '--audience', 'readers@example.org', '--dry-run')
  expect(done.out).toBe(
    '2 new, 1 joined, 0 known already, 3 unsubscribed or bounced, 1 left out.\nLINE  WHY\n4     no email\nNothing was done. Next: the same without --dry-run',
  )
})

test('a dry run of undo does nothing', async () => {
  const run = await shell.behind(async ({ rows }) => {
    const id = await rows.startRun({})
    await rows.effect(id, 'done')
    return id
  })
  const dry = await shell.type('undo', run, '--dry-run')
  expect(dry.out).toMatch(/^mail\.send +outbox +Ana Writes +you are asked$/m)
  expect(dry.out).toContain('Nothing was done. Next: the same without --dry-run')
})
