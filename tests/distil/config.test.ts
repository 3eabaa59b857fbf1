import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { loadConfig } from '../../src/os/load-config.ts'
import { faultIn } from '../../src/values/fault.ts'

async function loaded(memory: string): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'soloist-config-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(
    join(folder, 'soloist.config.ts'),
    `export default { name: 'Test', operator: { name: 'Op', email: 'op@example.org', timeZone: 'UTC' }, workflows: [], memory: ${memory} }`,
  )
  return loadConfig(folder).then(
    (config) => config.memory,
    (error: unknown) => {
      const { code, message } = faultIn(error)
      return `${code}: ${message}`
    },
  )
}

test('times of memory are read as they are written', async () => {
  const memory = { distilAfter: 864e5, retention: { 'interaction.recorded': 63072e6 } }
  expect(await loaded(JSON.stringify(memory))).toEqual(memory)
})

test.each([
  ["{ retention: { 'interaction.recordet': 1 } }", /config\.unknown-key.*interaction\.recorded/],
  ["{ retention: { 'budget.settled': 1e9 } }", /config\.unknown-key/],
  ['{ distillAfter: 1e9 }', /config\.unknown-key.*distilAfter/],
  ["{ distilAfter: '30 days' }", /config\.invalid.*write days\(30\)/],
  ["{ embedder: { name: 'x', dimensions: 2, price: 'listed', embed() {} } }", /config\.invalid.*not 'free'/],
  ["{ embedder: { name: 'x', dimensions: 2, price: 'free', embed: 'later' } }", /config\.invalid.*no function/],
  ["{ retention: { 'task.done': 5 } }", /config\.invalid.*less than a minute/],
])('%s is refused, and says what is meant', async (memory, fault) => {
  expect(await loaded(memory)).toMatch(fault)
})
