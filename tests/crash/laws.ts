import type { Kernel } from '../../src/executor/kernel.ts'
import { verifyChain } from '../../src/telemetry/verify.ts'
import type { EffectKey } from '../../src/values/id.ts'
import { letters } from './ending.ts'
import { type Entry, providerLog } from './provider-log.ts'
import { providersOf } from './scene-files.ts'

/** What must hold at the end of every company, however often it was killed. Gives what does not hold, as sentences. */
export async function brokenLaws(kernel: Kernel, folder: string): Promise<string[]> {
  const entries = providerLog(providersOf(folder)).entries()
  const acts = entries.filter((entry) => entry.what === 'acted')
  return [
    ...twice(acts, (act) => `${act.action} under ${act.key}`),
    // The key could change by mistake: what was done is counted by itself too.
    ...twice(
      acts.filter((act) => act.action === 'mail.send' || act.action === 'press.post'),
      (act) => `${act.action} of ${JSON.stringify(act.input)}`,
    ),
    ...twice(letters(folder), (letter) => letter.replace(/^\S+ /, 'a mail ')),
    ...(await unaccounted(kernel, acts)),
    ...(await ungated(kernel)),
    ...(await lost(kernel)),
    ...(await unreturned(kernel, entries)),
    ...(await outOfOrder(kernel)),
    ...(await brokenChain(kernel)),
  ]
}

function twice<T>(things: readonly T[], named: (thing: T) => string): string[] {
  const groups = Map.groupBy(things, named)
  return [...groups]
    .filter(([, group]) => group.length > 1)
    .map(([name, group]) => `${name} happened ${group.length} times`)
}

/** Everything a provider did is an effect that is known to be done, and everything known to be done was done. */
async function unaccounted({ store }: Kernel, acts: readonly Entry[]): Promise<string[]> {
  const rows = await store.read.selectFrom('effects').selectAll().where('undoes', 'is', null).execute()
  const did = new Set(acts.map((act) => act.key))
  const done = new Map(rows.map((row) => [row.key as string, row.state === 'done' || row.state === 'undone']))
  const ours = rows.filter((row) => row.adapter !== 'outbox' && row.adapter !== 'audience')
  return [
    ...acts
      .filter((act) => !done.get(act.key))
      .map((act) => `${act.action} under ${act.key} was done, and we do not know`),
    ...ours
      .filter((row) => done.get(row.key) && !did.has(row.key))
      .map((row) => `${row.action} under ${row.key} was never done`),
    ...rows
      .filter((row) => row.state === 'intended' || row.state === 'unknown')
      .map((row) => `${row.key} is ${row.state}`),
  ]
}

/** What leaves the company stands on a decision that was taken before it was even intended. */
async function ungated({ store, doers }: Kernel): Promise<string[]> {
  const rows = await store.read
    .selectFrom('effects')
    .leftJoin('decisions', 'decisions.gate_id', 'effects.gate_id')
    .select(['effects.key', 'effects.action', 'effects.intended_seq', 'decisions.seq', 'decisions.verdict'])
    .where('undoes', 'is', null)
    .execute()
  const outward = rows.filter((row) => (doers.get(row.action) as { risk?: string } | undefined)?.risk === 'outward')
  return outward
    .filter((row) => row.verdict !== 'approved' || row.seq === null || row.seq > row.intended_seq)
    .map((row) => `${row.action} under ${row.key} went out ungated`)
}

async function lost({ store }: Kernel): Promise<string[]> {
  const rows = await store.read.selectFrom('tasks').select(['name', 'state']).execute()
  const open = rows.filter((row) => !['done', 'skipped', 'cancelled'].includes(row.state))
  return open.map((row) => `${row.name} is left ${row.state}`)
}

/** What is undone was taken back at its provider; nothing else was. */
async function unreturned({ store }: Kernel, entries: readonly Entry[]): Promise<string[]> {
  const back = new Set(entries.filter((entry) => entry.what === 'undone').map((entry) => entry.key as EffectKey))
  const rows = await store.read.selectFrom('effects').select(['key', 'state', 'adapter']).execute()
  return rows
    .filter((row) => row.adapter !== 'audience' && (row.state === 'undone') !== back.has(row.key))
    .map((row) => `${row.key} is ${row.state}, which its provider does not say`)
}

/** What is undone is undone last first. */
async function outOfOrder({ store, journal }: Kernel): Promise<string[]> {
  const rows = await store.read.selectFrom('effects').select(['key', 'outcome_seq', 'state']).execute()
  const undone = rows.filter((row) => row.state === 'undone').map((row) => row.key)
  const seqs = await store.read.selectFrom('events').select('seq').where('kind', '=', 'effect.done').execute()
  const done = (await journal.at(seqs.map((row) => row.seq))).flatMap((event) =>
    event.kind === 'effect.done' && event.payload ? [event.payload.key] : [],
  )
  const expected = done.filter((key) => undone.includes(key)).reverse()
  const seqOf = new Map(rows.map((row) => [row.key, row.outcome_seq ?? 0]))
  const actual = undone.toSorted((a, b) => (seqOf.get(a) ?? 0) - (seqOf.get(b) ?? 0))
  return JSON.stringify(actual) === JSON.stringify(expected) ? [] : ['what was done last was not undone first']
}

async function brokenChain({ store, vault }: Kernel): Promise<string[]> {
  const verified = await verifyChain({ read: store.read, chainKey: vault.chainKey, anchors: [] })
  return verified.ok ? [] : [`event ${verified.seq}: ${verified.why}`]
}
