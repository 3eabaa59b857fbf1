import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectFault, goodConfig, type Place, place } from './command-line.ts'

/** The good config, with an adapter of its own for mail. */
const ownMail = (provider: string, send: string): string =>
  goodConfig.replace("outbox({ from: 'Us <us@example.org>' })", `adapter(mail, ${provider}, { send: ${send} })`)

const broken: readonly [string, string, string, { exit: number; says: string | RegExp; next: string | RegExp }][] = [
  [
    'that is no TypeScript',
    `${goodConfig}\nexport {{{`,
    'config.broken',
    { exit: 1, says: /soloist\.config\.ts:\d+ cannot be loaded/, next: /Correct the file/ },
  ],
  [
    'whose workflow reads what is not there yet',
    goodConfig.replace('  return flow.task', "  String(yes.get('to'))\n  return flow.task"),
    'config.broken',
    {
      exit: 1,
      says: /soloist\.config\.ts:\d+:\d+ cannot be loaded: workflow "hello" throws when/,
      next: /Correct the file/,
    },
  ],
  [
    'that throws',
    `throw new Error('no such planet')`,
    'config.broken',
    { exit: 1, says: /soloist\.config\.ts:1:7 cannot be loaded: no such planet/, next: /Correct the file/ },
  ],
  [
    'without a company',
    'export const nothing = 1',
    'config.broken',
    { exit: 1, says: /no default export/, next: /Correct the file/ },
  ],
  [
    'that imports what is not there',
    `import './gone.ts'\n${goodConfig}`,
    'config.broken',
    { exit: 1, says: /gone\.ts/, next: /Correct the file/ },
  ],
  [
    'with a misspelt key',
    goodConfig.replace('workflows:', 'workflow:'),
    'config.unknown-key',
    { exit: 1, says: /"workflow".*Did you mean "?workflows/, next: /Rename or remove it/ },
  ],
  [
    'with a misspelt key inside',
    goodConfig.replace('timeZone:', 'timezone:'),
    'config.unknown-key',
    { exit: 1, says: /"operator\.timezone".*timeZone/, next: /Rename or remove it/ },
  ],
  [
    'with a value that does not fit',
    goodConfig.replace("'op@example.org'", "'op'"),
    'config.invalid',
    { exit: 1, says: /operator\.email/, next: /Correct it/ },
  ],
  [
    'with fewer places for code than it needs',
    goodConfig.replace('workflows:', 'limits: { sandbox: 2 }, workflows:'),
    'config.invalid',
    { exit: 1, says: /limits\.sandbox/, next: /Correct it/ },
  ],
  [
    'with an adapter that connects to nothing',
    ownMail("{ name: 'own', secrets: [] }", "{ idempotency: 'key' }"),
    'config.broken',
    { exit: 1, says: /soloist\.config\.ts:\d+:\d+ .*adapter own: connect is no function/, next: /Correct the file/ },
  ],
  [
    'with an adapter that does not say what it would have answered',
    ownMail("{ name: 'own', secrets: [], connect() {}, timeout: 1000 }", "{ idempotency: 'none', presumes() {} }"),
    'config.unknown-key',
    { exit: 1, says: /"send" of adapter "own" has a key "presumes".*"presume"/, next: /Rename/ },
  ],
  [
    'whose adapter cannot be made',
    goodConfig.replace("'Us <us@example.org>'", "'Us'"),
    'config.broken',
    { exit: 1, says: /not a sender/, next: /Correct the file/ },
  ],
]

let company: Place
let before: string
beforeAll(async () => {
  company = place()
  expect((await company.type('run', 'hello', 'name=Bo')).code).toBe(3)
  before = company.digest()
})
afterAll(() => company.remove())

test.each(broken)(
  'a config %s is refused in one clear message, and changes nothing',
  async (_what, config, code, parts) => {
    company.write('soloist.config.ts', config)
    expectFault(await company.type('run', 'hello', 'name=Cy'), code, parts)
    expect(company.digest()).toBe(before)
  },
)

test('with its config mended, the company goes on where it was', async () => {
  company.write('soloist.config.ts', goodConfig)
  const inbox = await company.type('inbox')
  expect([inbox.code, inbox.err]).toEqual([0, ''])
  expect(inbox.out).toContain('Send?')
})

test('a folder without a company is said to be none', async () => {
  expectFault(await company.type('runs', '--company', '/tmp'), 'config.missing', {
    exit: 4,
    says: /no soloist\.config\.ts in \/tmp/,
    next: /soloist init/,
  })
})
