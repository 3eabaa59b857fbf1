import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import type { DemoCompany } from '../../scripts/demo/company.ts'
import type { RunView } from '../../src/os/queries/run.ts'
import { companyWithReaders, openGate } from './letter.ts'

// Each command is a process: seconds where the machine is busy.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

let company: DemoCompany
afterEach(() => company.close())

test('what failed is retried once its cause was mended, and doctor says what is wrong meanwhile', async () => {
  company = await companyWithReaders()
  const here = ['--company', company.folder]
  const rules = join(company.folder, 'knowledge/rules.md')
  renameSync(rules, `${rules}.away`)
  writeFileSync(join(company.folder, 'feeds/workbench-journal.xml'), '<rss><channel><item>')
  const failed = await company.type(['run', 'newsletter', '--json', ...here])
  const run = JSON.parse(failed.out) as RunView
  expect([failed.code, run.state]).toEqual([1, 'failed'])
  expect(failed.err).toMatch(/read-rules.*rules\.md.*\nNext: /s)
  expect(run.tasks.find(({ name }) => name === 'read-rules')?.state).toBe('failed')

  renameSync(`${rules}.away`, rules)
  const again = await company.type(['retry', run.id, '--json', ...here])
  expect(again.code).toBe(3)
  const gate = await openGate(company)
  // A feed that cannot be read is left out, and the issue is made from the others.
  const mended = await company.ask<RunView>(['show', run.id])
  const news = mended.tasks.find(({ name }) => name === 'read-feeds')?.output
  expect(news).toMatchObject({ problems: [{ source: 'feeds/workbench-journal.xml' }] })
  expect(JSON.stringify(gate.card?.content)).toContain('- **')

  const config = join(company.folder, 'soloist.config.ts')
  const text = readFileSync(config, 'utf8')
  writeFileSync(config, text.replace('outbox({', "smtp({ host: 'smtp.example.org', port: 465, user: 'me',"))
  const ill = await company.type(['doctor', ...here])
  expect([ill.code, ill.out]).toEqual([1, expect.stringMatching(/^wrong .*\n +Next: .*Not all is well\.\n$/ms)])
})
