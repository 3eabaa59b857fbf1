import type { Kernel } from '../../src/executor/kernel.ts'
import type { Os } from '../../src/os/os.ts'
import { verifyChain } from '../../src/telemetry/verify.ts'
import type { EffectKey } from '../../src/values/id.ts'
import { differing } from './differing.ts'
import { leftOf } from './forgetting.ts'
import { misread } from './merging.ts'
import type { Outside } from './outside.ts'
import type { People } from './people.ts'

interface Ended {
  readonly os: Os
  readonly outside: Outside
  readonly people: People
}

/** What must hold once everything has come to its end. Gives what does not, as sentences. */
export async function unfinished(kernel: Kernel, { os, outside, people }: Ended): Promise<string[]> {
  return [
    ...(await openWork(kernel)),
    ...(await unaccounted(kernel, outside, people)),
    ...(await heldMoney(kernel)),
    ...(await brokenChain(kernel)),
    ...(await differing(kernel)),
    ...(await misread(os, people)),
    ...(await leftOf(os, people.forgotten)),
  ]
}

async function openWork({ store }: Kernel): Promise<string[]> {
  const runs = await store.read.selectFrom('runs').select(['id', 'workflow', 'state']).execute()
  // Failed for good are those to which the operator said no.
  const ends = ['done', 'failed', 'cancelled', 'undone']
  return runs
    .filter(({ state }) => !ends.includes(state))
    .map((run) => `${run.workflow} ${run.id} is left ${run.state}`)
}

/**
 * What the company holds to be done was done, what was done it knows of, and what is undone was taken back. In doubt is at last only what
 * the operator has settled outside when its run was undone. Of what was on its way to somebody when they were forgotten, nobody may know.
 */
async function unaccounted({ store }: Kernel, { acts }: Outside, { closed }: People): Promise<string[]> {
  const rows = await store.read
    .selectFrom('effects')
    .innerJoin('runs', 'runs.id', 'effects.run_id')
    .select(['effects.key', 'effects.state', 'runs.state as run'])
    .where('undoes', 'is', null)
    .execute()
  const known = new Map<string, (typeof rows)[number]>(rows.map((row) => [row.key, row]))
  const keys = (what: string): Set<string> => new Set(acts.filter((act) => act.what === what).map(({ key }) => key))
  const [did, undid] = [keys('did'), keys('undid')]
  const isDone = (key: string): boolean => ['done', 'undone'].includes(known.get(key)?.state ?? '')
  const isSettled = (key: string): boolean =>
    closed.has(key as EffectKey) || (known.get(key)?.state === 'unknown' && known.get(key)?.run === 'undone')
  return [
    ...[...did].filter((key) => !isDone(key) && !isSettled(key)).map((key) => `${key} was done, and nobody knows`),
    ...rows.filter(({ key }) => isDone(key) && !did.has(key)).map(({ key }) => `${key} was never done`),
    ...rows
      .filter(({ key, state }) => (state === 'intended' || state === 'unknown') && !isSettled(key))
      .map(({ key, state, run }) => `${key} is ${state} in a run that is ${run}`),
    ...rows
      .filter(({ key, state }) => (state === 'undone') !== undid.has(key))
      .map(({ key, state }) => `${key} is ${state}, which its provider does not say`),
  ]
}

async function heldMoney({ store }: Kernel): Promise<string[]> {
  const held = await store.read
    .selectFrom('budgets')
    .select(['scope', 'reserved'])
    .where('reserved', '>', 0 as never)
    .execute()
  return held.map(({ scope, reserved }) => `${reserved} are still reserved in ${scope}`)
}

async function brokenChain({ store, vault }: Kernel): Promise<string[]> {
  const verified = await verifyChain({ read: store.read, chainKey: vault.chainKey, anchors: [] })
  return verified.ok ? [] : [`event ${verified.seq}: ${verified.why}`]
}
