import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commandsOf } from '../../src/os/commands.ts'
import { type CompanySpec, company } from '../../src/os/config.ts'
import { openParts } from '../../src/os/create.ts'
import { operationNamed } from '../../src/os/operations/registry.ts'
import type { TrialView } from '../../src/os/queries/trials.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { flows, newFolder, writer } from '../releases/company.ts'

const env = { SOLOIST_VAULT_KEY: '07'.repeat(32) }

/** A whole company, joined as `soloist` joins it. */
async function open(folder: string, version: number) {
  mkdirSync(join(folder, 'agents'), { recursive: true })
  for (const each of [3, 4]) writeFileSync(join(folder, 'agents', `writer-${each}.md`), `Speak as v${each}.`)
  const model = scriptedModel(({ prompt }) =>
    prompt.includes('Speak as v4') ? { text: 'nothing' } : { output: { body: 'by v3' } },
  )
  const spec: CompanySpec = {
    name: 'Test',
    operator: { name: 'Op', email: 'op@example.org', timeZone: 'UTC' },
    workflows: flows(writer(version)),
    models: { standard: [model] },
  }
  const os = commandsOf(await openParts(folder, company(spec), env))
  const call = async <T>(name: string, input: object) => (await operationNamed(name).perform(os, input)) as T
  return { os, call }
}

test('a company judges and follows its trials by itself while it works', async () => {
  const folder = newFolder()
  const before = await open(folder, 3)
  await before.os.start('write', { about: 'tea' }, 'operator')
  await before.os.idle()
  await before.os.close()
  const { os, call } = await open(folder, 4)
  const terms = { agent: 'writer', version: '4', limit: 1_000_000, why: 'a look' }
  await call('releases.shadow', terms)
  await Promise.all(Array.from({ length: 16 }, (_none, at) => os.start('write', { about: `tea ${at}` }, 'operator')))
  await os.idle()
  const { trials } = await call<{ trials: TrialView[] }>('releases.show', { agent: 'writer' })
  expect(trials[0]).toMatchObject({ kind: 'shadow', state: 'withdrawn', by: 'system', because: ['failure'] })
  const inbox = await call<{ trials: TrialView[] }>('gates.list', {})
  expect(inbox.trials).toHaveLength(1)
  await os.close()
})
