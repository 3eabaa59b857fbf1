import assert from 'node:assert/strict'
import type { Adapter, Part } from '../adapters/adapter.ts'
import { parseAnswer } from '../adapters/answer.ts'
import type { AnyAction } from '../adapters/port.ts'
import { Refusal } from '../values/fault.ts'
import { canonical } from '../values/json.ts'
import { parse } from '../values/schema.ts'
import { type AdapterWorld, callUnder, membersOf, type OpenWorld, openWorld } from './adapter-world.ts'

/** What the suite needs of a test runner: vitest's, node:test's and others' `test` fit. */
export type TestFunction = (name: string, body: () => Promise<void>) => unknown

/** What the suite must know of an adapter: samples of each action's input, and how to look at the world behind it. */
export interface AdapterSuite extends AdapterWorld {
  readonly test: TestFunction
  readonly adapter: Adapter
  /** For each action an input that succeeds; `other` is different content, for another effect. */
  readonly samples: Readonly<Record<string, { readonly input: unknown; readonly other: unknown }>>
  /** How many effects of the action the provider itself counts by now. Without it the suite cannot see a second one. */
  readonly count?: (action: string, folder: string) => Promise<number>
}

/** The contract of an adapter: what the executor relies on. Each test gets a fresh company folder and client. */
export function testAdapter(suite: AdapterSuite): void {
  const { adapter, test } = suite
  const contract = (name: string, body: (world: OpenWorld) => Promise<void>): void => {
    test(`${adapter.name}: ${name}`, async () => {
      const world = await openWorld(suite.adapter, suite)
      try {
        await body(world)
      } finally {
        await world.close()
      }
    })
  }
  contract('its probe passes and has no effect', async (world) => {
    const before = await counts(suite, world)
    await adapter.provider.probe?.(world.client, callUnder('probe', suite))
    assert.deepEqual(await counts(suite, world), before)
  })
  for (const [name, action] of Object.entries(adapter.port.actions)) testAction(suite, contract, name, action)
}

type Contract = (name: string, body: (world: OpenWorld) => Promise<void>) => void

function testAction(suite: AdapterSuite, contract: Contract, name: string, action: AnyAction): void {
  const { adapter } = suite
  const performance = adapter.actions[name]
  const sample = suite.samples[name]
  assert.ok(performance, `${adapter.name} does not perform ${action.name}`)
  assert.ok(sample, `there is no sample of ${action.name}`)
  assert.ok(action.effect !== 'reversible' || performance.undo, `${action.name} is reversible and has no undo`)

  contract(`${action.name} takes its samples, and nonsense is no answer of it`, async () => {
    for (const input of [sample.input, sample.other])
      assert.deepEqual(parse(action.input, input), { ok: true, value: input })
    for (const nonsense of [undefined, null, 'done', [], { nonsense: true }]) {
      const answer = parseAnswer(adapter.name, action, nonsense)
      assert.equal(answer.ok ? 'taken' : answer.fault.code, 'adapter.nonsense')
    }
  })
  if (performance.idempotency === 'parts') {
    testParts(suite, contract, name, action)
    return
  }
  contract(`${action.name} answers in the shape of the port, as JSON`, async (world) => {
    shaped(suite, action, await perform(suite, world, name, 'eff_one'))
  })
  contract(`${action.name} does nothing once it is stopped, and says so`, async (world) => {
    const before = await counts(suite, world)
    const stopped = callUnder('eff_one', suite, AbortSignal.abort())
    await assert.rejects(performance.do(world.client, sample.input, stopped), Refusal)
    assert.deepEqual(await counts(suite, world), before)
  })
  if (action.effect !== 'none') testOnce(suite, contract, name, action)
  if (performance.undo) testUndo(suite, contract, name, action)
}

function testOnce(suite: AdapterSuite, contract: Contract, name: string, action: AnyAction): void {
  const performance = suite.adapter.actions[name]
  contract(`${action.name} under another key is another effect`, async (world) => {
    const before = await suite.count?.(name, world.folder)
    await perform(suite, world, name, 'eff_one')
    await perform(suite, world, name, 'eff_two', 'other')
    if (before !== undefined) assert.equal(await suite.count?.(name, world.folder), before + 2)
  })
  if (performance?.idempotency === 'key') {
    contract(`${action.name} twice under one key acts once and gives the same answer`, async (world) => {
      const first = await perform(suite, world, name, 'eff_one')
      const after = await suite.count?.(name, world.folder)
      assert.deepEqual(await perform(suite, world, name, 'eff_one'), first)
      assert.equal(await suite.count?.(name, world.folder), after)
    })
  }
  if (performance?.idempotency === 'find') {
    contract(`${action.name} is found by its key, and not by another`, async (world) => {
      const { input } = suite.samples[name] ?? {}
      const look = (key: string) => performance.find(world.client, key, input, callUnder(key, suite))
      assert.equal(await look('eff_one'), undefined)
      const done = await perform(suite, world, name, 'eff_one')
      assert.deepEqual(await look('eff_one'), done)
      assert.equal(await look('eff_two'), undefined)
    })
  }
}

function testUndo(suite: AdapterSuite, contract: Contract, name: string, action: AnyAction): void {
  contract(`${action.name} can be undone, and undoing twice is harmless`, async (world) => {
    const before = await suite.count?.(name, world.folder)
    const output = await perform(suite, world, name, 'eff_one')
    const undo = suite.adapter.actions[name]?.undo
    await undo?.(world.client, output, callUnder('eff_undo', suite))
    assert.equal(await suite.count?.(name, world.folder), before)
    await undo?.(world.client, output, callUnder('eff_undo', suite))
    assert.equal(await suite.count?.(name, world.folder), before)
  })
}

function testParts(suite: AdapterSuite, contract: Contract, name: string, action: AnyAction): void {
  const performance = suite.adapter.actions[name]
  if (performance?.idempotency !== 'parts') return
  const { input } = suite.samples[name] ?? {}
  const read = async (world: OpenWorld): Promise<Part[]> => {
    const parts: Part[] = []
    for await (const part of performance.parts(world.client, input, membersOf(suite))) parts.push(part)
    return parts
  }
  contract(`${action.name} has a part for each member, under keys of their own, the same each time`, async (world) => {
    const parts = await read(world)
    assert.equal(parts.length, suite.members?.length ?? 0)
    assert.equal(new Set(parts.map((part) => part.key)).size, parts.length)
    assert.equal(canonical((await read(world)).map(bare)), canonical(parts.map(bare)))
    for (const part of parts) assert.deepEqual(parse(part.action.input, part.input), { ok: true, value: part.input })
  })
  contract(`${action.name} joins its parts in the shape of the port`, async (world) => {
    for (const tally of [
      { done: 3, refused: 1, unknown: 1 },
      { done: 0, refused: 0, unknown: 0 },
    ]) {
      shaped(suite, action, performance.join(world.client, input, tally, callUnder('eff_one', suite)))
    }
  })
}

const bare = ({ action, ...part }: Part): unknown => ({ ...part, action: action.name })

async function perform(
  suite: AdapterSuite,
  world: OpenWorld,
  name: string,
  key: string,
  which: 'input' | 'other' = 'input',
) {
  const performance = suite.adapter.actions[name]
  assert.ok(performance && performance.idempotency !== 'parts')
  return performance.do(world.client, suite.samples[name]?.[which], callUnder(key, suite))
}

function shaped(suite: AdapterSuite, action: AnyAction, output: unknown): void {
  const answer = parseAnswer(suite.adapter.name, action, output)
  assert.ok(answer.ok, answer.ok ? '' : answer.fault.message)
  assert.deepEqual(JSON.parse(canonical(answer.output)), JSON.parse(canonical(output)))
}

async function counts(suite: AdapterSuite, world: OpenWorld): Promise<(number | undefined)[]> {
  const names = Object.keys(suite.adapter.actions)
  return Promise.all(names.map((name) => suite.count?.(name, world.folder)))
}
