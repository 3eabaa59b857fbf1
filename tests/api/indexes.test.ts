import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { type KyselyPlugin, type RootOperationNode, SqliteQueryCompiler } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { operationNamed } from '../../src/os/operations/registry.ts'
import type { IdentityId, RunId } from '../../src/values/id.ts'
import { openTestCompany, type TestCompany } from './company.ts'
import { taskOf } from './run-rows.ts'

let desk: TestCompany
beforeEach(async () => {
  desk = await openTestCompany()
})
afterEach(() => desk.close())

const hasFilter = (input: object): boolean => Object.keys(input).some((key) => key !== 'cursor')
const companyWide =
  /from "(runs|effects|gates|identities|grants|tasks|memberships|commitments|facts|receipts|deliveries)"/

/** Collects the SQL of all that is read. */
class Spy implements KyselyPlugin {
  readonly seen: { readonly sql: string; readonly parameters: readonly unknown[] }[] = []
  readonly #compiler = new SqliteQueryCompiler()
  transformQuery({ node, queryId }: { node: RootOperationNode; queryId: never }): RootOperationNode {
    this.seen.push(this.#compiler.compileQuery(node, queryId))
    return node
  }
  async transformResult<T>({ result }: { result: T }): Promise<T> {
    return result
  }
}

test('no query of the desk walks or sorts a table that grows', async () => {
  const run = await desk.rows.startRun({})
  await desk.rows.finish(run, 'write', {})
  await desk.rows.openGate(run)
  await desk.rows.effect(run, 'unknown')
  const ana = await desk.rows.person('ana', 'Ana', 'ana@example.org')
  await desk.rows.member(ana, ana, 'active')
  const spy = new Spy()
  const os = { ...desk.os, store: { ...desk.os.store, read: desk.os.store.read.withPlugin(spy) } }
  const asked = questions(run, ana)
  const bad: string[] = []
  const database = new DatabaseSync(join(desk.folder, 'company.db'))
  for (const [name, input] of asked) {
    spy.seen.length = 0
    await operationNamed(name).perform(os, input)
    for (const { sql, parameters } of spy.seen) {
      const steps = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...(parameters as SQLInputValue[]))
      for (const { detail } of steps as { detail: string }[]) {
        // Schedules are as few as the operator has made, and whoever is merged walks up and down a tree of few.
        const scan = /^SCAN (?!CONSTANT|\(|schedules$|up$|down$)/.test(detail)
        // The latest rows come out of an index from its end; what is filtered must be found, not passed by.
        const fromTheEnd = / USING /.test(detail) || /order by "seq" desc limit/.test(sql)
        const walks = scan && (!fromTheEnd || hasFilter(input))
        // What belongs to one run or one page is small; the company's lists are not, and come sorted out of an index.
        const sorts =
          detail.includes('TEMP B-TREE') && companyWide.test(sql) && !/"run_id" = \?|state IN \('intended'/.test(sql)
        if (walks || sorts) bad.push(`${name} ${JSON.stringify(input)}: ${detail}: ${sql}`)
      }
    }
  }
  database.close()
  expect(bad).toEqual([])
})

/** Each query of the desk, with its filters and further pages. */
function questions(run: RunId, ana: IdentityId): [string, object][] {
  const cursor = '1.run_0'
  return [
    ['runs.list', {}],
    ['runs.list', { cursor }],
    ['runs.list', { state: 'held', cursor }],
    ['runs.list', { workflow: 'newsletter', cursor }],
    ['runs.list', { subject: 'idn_company', cursor }],
    ['runs.show', { run }],
    ['tasks.list', {}],
    ['tasks.list', { cursor }],
    ['tasks.list', { run, cursor: 'a' }],
    ['tasks.list', { run, state: 'waiting' }],
    ['tasks.list', { run, parent: taskOf(run, 'write') }],
    ['gates.list', { cursor }],
    ['gates.list', { run }],
    ['gates.show', { gate: `gat_${run.slice(4)}` }],
    ['effects.list', { cursor }],
    ['effects.list', { run, cursor }],
    ['effects.list', { subject: 'idn_company', cursor }],
    ['effects.list', { open: true }],
    ['identities.list', { cursor: 'idn_a' }],
    ['identities.list', { kind: 'person', cursor: 'idn_a' }],
    ['identities.list', { audience: ana, status: 'active', cursor: 'idn_a' }],
    ['identities.show', { identity: ana }],
    ['identities.disputes', { before: 9 }],
    ['identities.snapshot', { identity: ana, purpose: 'write to her' }],
    ['commitments.list', { identity: ana }],
    ['commitments.list', { cursor: '1.cmt_a' }],
    ['commitments.list', { cursor: '9007199254740991.cmt_a' }],
    ['memory.recall', { query: 'the price' }],
    ['memory.recall', { query: 'the price', identity: ana }],
    ['budgets.list', {}],
    ['budgets.forecast', {}],
    ['grants.list', { cursor: 'grn_a' }],
    ['webhooks.list', {}],
    ['webhooks.receipts', { cursor: '9.hok_a' }],
    ['webhooks.receipts', { state: 'failed', cursor: '9.hok_a' }],
    ['webhooks.deliveries', { cursor: '9.dlv_a' }],
    ['webhooks.deliveries', { state: 'dead', cursor: '9.dlv_a' }],
    ['webhooks.deliveries', { subscription: 'sub_0000000000', cursor: '9.dlv_a' }],
    ['company.health', {}],
    ['company.doctor', {}],
  ]
}
