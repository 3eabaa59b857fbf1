import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type KyselyPlugin, type RootOperationNode, SqliteQueryCompiler } from 'kysely'
import { expect, test } from 'vitest'
import { decide } from '../../src/executor/decide.ts'
import { openWatch } from '../../src/os/watch/watch.ts'
import { unindexed } from '../../src/testing/index-check.ts'
import { minutes } from '../../src/values/time.ts'
import { openOffice, person } from './office.ts'
import { receiver } from './receiver.ts'

test('what a watch asks of the store walks through no table', async () => {
  const collector = await receiver()
  const office = await openOffice({ otlp: { url: collector.url } })
  const seen = new Set<string>()
  const compiler = new SqliteQueryCompiler()
  const spy: KyselyPlugin = {
    transformQuery({ node, queryId }) {
      seen.add(compiler.compileQuery(node as RootOperationNode, queryId).sql)
      return node
    },
    transformResult: async ({ result }) => result,
  }
  const { kernel } = office
  const store = { ...kernel.store, read: kernel.store.read.withPlugin(spy) }
  const telemetry = { ...office.config.telemetry, content: true }
  const watch = openWatch({ ...kernel, store }, { ...office.config, telemetry }, {})!
  const run = await office.run('answer', { letter: person })
  await office.clock.advance(minutes(30))
  await office.worker.idle()
  const [gate] = await office.gates()
  await decide(kernel, gate!.id, { verdict: 'rejected', reason: 'No' })
  await office.worker.idle()
  await watch.close()
  expect(await office.stateOf(run)).toMatch(/failed|done/)
  expect(seen.size).toBeGreaterThan(5)
  const database = new DatabaseSync(join(office.folder, '.soloist/company.db'))
  expect(unindexed(database, seen)).toEqual([])
  database.close()
})
