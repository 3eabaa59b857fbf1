import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadConfig } from '../../src/os/load-config.ts'
import { makeCompany } from '../../src/os/starter-copy.ts'
import { type Fault, Refusal } from '../../src/values/fault.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soloist-config-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const faultOf = async (promise: Promise<unknown>): Promise<Fault> => {
  const error = await promise.then(
    () => undefined,
    (caught: unknown) => caught,
  )
  if (error instanceof Refusal) return error.fault
  throw new Error(`no fault: ${error}`)
}
const operator = `operator: { name: 'Ana', email: 'ana@example.org', timeZone: 'Europe/Prague' }`
const write = (body: string): Promise<void> => writeFile(join(folder, 'soloist.config.ts'), body)

test('a config is loaded, and what it leaves out is filled in', async () => {
  await write(`const name: string = 'Ana Writes'\nexport default { name, ${operator}, workflows: [] }`)
  expect(await loadConfig(folder)).toEqual({
    name: 'Ana Writes',
    operator: { name: 'Ana', email: 'ana@example.org', timeZone: 'Europe/Prague' },
    workflows: [],
    schedules: [],
    agents: [],
    adapters: [],
    models: {},
    budgets: {},
    policies: {},
    store: { folder: '.soloist' },
    publicUrl: null,
    limits: {},
    webhooks: [],
    backup: null,
    allowPrivate: [],
    telemetry: null,
    memory: {},
  })
})

test('a folder without a config is no company', async () => {
  expect((await faultOf(loadConfig(folder))).code).toBe('config.missing')
})

test('an unknown key names the one that was probably meant', async () => {
  await write(`export default { name: 'A', ${operator}, workflow: [] }`)
  const fault = await faultOf(loadConfig(folder))
  expect(fault.code).toBe('config.unknown-key')
  expect(fault.message).toBe('soloist.config.ts has a key "workflow" that means nothing. Did you mean "workflows"?')
})

test('an unknown key inside is named with its path', async () => {
  await write(`export default { name: 'A', ${operator}, workflows: [], budgets: { monthy: 1 } }`)
  expect((await faultOf(loadConfig(folder))).message).toBe(
    'soloist.config.ts has a key "budgets.monthy" that means nothing. Did you mean "monthly"?',
  )
})

test.each([
  ['throws', `throw new Error('no key\\nat somewhere')`, 'soloist.config.ts:1:7 cannot be loaded: no key.'],
  ['exports nothing', 'export const x = 1', /no default export/],
  ['does not parse', 'export default {', /cannot be loaded/],
  ['imports what is not there', `import './nowhere.ts'\nexport default {}`, /cannot be loaded/],
])('a config that %s is broken, and says why in one line', async (_how, body, message) => {
  await write(body)
  const fault = await faultOf(loadConfig(folder))
  expect(fault.code).toBe('config.broken')
  expect(fault.message).toMatch(message)
  expect(fault.message).not.toContain('\n')
})

const hook = (source: string): string => `source: '${source}', verify: { scheme: 'stripe', secret: 'S' }, on: []`

test.each([
  [`name: 'A', operator: { name: 'Ana', email: 'ana', timeZone: 'UTC' }, workflows: []`, 'operator.email'],
  [`name: 'A', operator: { name: 'Ana', email: 'a@b.cz', timeZone: 'Prag' }, workflows: []`, 'operator.timeZone'],
  [`name: 'A', ${operator}, workflows: [], budgets: { monthly: 0.5 }`, 'budgets.monthly'],
  [`name: 'A', ${operator}, workflows: [], publicUrl: 'ftp://x'`, 'publicUrl'],
  [`name: 'A', ${operator}`, 'workflows'],
  [`name: 'A', ${operator}, workflows: [], webhooks: [{ ${hook('A b')} }]`, 'webhooks.0.source'],
  [`name: 'A', ${operator}, workflows: [], webhooks: [{ ${hook('a')} }, { ${hook('a')} }]`, 'one source'],
  [
    `name: 'A', ${operator}, workflows: [], webhooks: [{ ${hook('a')}, id: { $from: 'header' } }]`,
    'only that is signed',
  ],
  [`name: 'A', ${operator}, workflows: [], webhooks: [{ ${hook('a')}, ide: 1 }]`, 'ide'],
])('%s is refused and names the field', async (body, field) => {
  await write(`export default { ${body} }`)
  const fault = await faultOf(loadConfig(folder))
  expect(fault.code).toBe('config.invalid')
  expect(fault.message).toContain(field)
})

test('a company is made with a key that only its user reads', async () => {
  const starter = join(folder, 'starter')
  await mkdir(join(starter, 'agents'), { recursive: true })
  await writeFile(join(starter, 'soloist.config.ts'), 'export default {}')
  await writeFile(join(starter, 'agents', 'writer.md'), 'Write.')
  const made = await makeCompany(starter, join(folder, 'mine'), (bytes) => Buffer.alloc(bytes, 1))
  expect(made.files).toEqual(['agents/writer.md', 'soloist.config.ts'])
  const key = join(folder, 'mine', '.soloist', 'vault.key')
  expect(await readFile(key, 'utf8')).toBe(`${'01'.repeat(32)}\n`)
  expect((await stat(key)).mode & 0o777).toBe(0o600)
})

test('a company is never made over something that is there', async () => {
  const starter = join(folder, 'starter')
  const mine = join(folder, 'mine')
  await mkdir(starter)
  await mkdir(mine)
  await writeFile(join(starter, 'soloist.config.ts'), 'export default {}')
  await writeFile(join(mine, 'soloist.config.ts'), '// mine')
  expect((await faultOf(makeCompany(starter, mine))).code).toBe('init.occupied')
  expect(await readFile(join(mine, 'soloist.config.ts'), 'utf8')).toBe('// mine')
})

test('a key of a schedule that means nothing names the one that was probably meant', async () => {
  await write(
    `export default { name: 'A', ${operator}, workflows: [], schedules: [{ name: 'w', workflow: { name: 'x' }, cron: '@daily', catchup: 'all' }] }`,
  )
  const fault = await faultOf(loadConfig(folder))
  expect([fault.code, fault.message]).toEqual([
    'config.unknown-key',
    'soloist.config.ts has a key "schedules[0].catchup" that means nothing. Did you mean "catchUp"?',
  ])
})

test('a budget of bare dollars, which would be millionths, is refused and says how dollars are written', async () => {
  await write(`export default { name: 'A', ${operator}, workflows: [], budgets: { monthly: 20 } }`)
  const fault = await faultOf(loadConfig(folder))
  expect([fault.code, fault.message]).toEqual([
    'config.invalid',
    'soloist.config.ts: budgets.monthly: is less than a cent: dollars are written as usd(20).',
  ])
})

test('a schedule without a cron is refused with its place', async () => {
  await write(
    `export default { name: 'A', ${operator}, workflows: [], schedules: [{ name: 'w', workflow: { name: 'x' } }] }`,
  )
  const fault = await faultOf(loadConfig(folder))
  expect([fault.code, fault.message]).toEqual([
    'config.invalid',
    expect.stringContaining('schedules.0.cron: is missing'),
  ])
})
