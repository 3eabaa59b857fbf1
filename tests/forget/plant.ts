import type { IdentityId, RunId } from '../../src/values/id.ts'
import { hook, person, readers, startUntilGate } from './company.ts'
import type { Opened } from './open.ts'

/** Someone of whom the company holds 50 texts, wherever it can hold any. */
export interface Planted {
  readonly texts: readonly string[]
  readonly ids: readonly IdentityId[]
  readonly run: RunId
  readonly round: RunId
}

/** Texts that nothing else contains: letters only, for a file that holds words keeps them as such. */
function texts(count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const letter = (by: number): string => String.fromCharCode(97 + (Math.floor(index / by) % 26))
    return `zqplanted${letter(1)}${letter(26)}${letter(5)}xw`
  })
}

/** Plants all texts about one person with two records, in a company where others are. */
export async function plant(opened: Opened): Promise<Planted> {
  const { os } = opened
  const all = texts(50)
  const left = [...all]
  const next = (): string => left.shift() ?? 'none'
  const mailOf = `${next()}@${next()}.org`
  const one = await person(opened, `Dr ${next()} ${next()}`, mailOf, `stripe:cus_${next()}`)
  const other = await person(opened, `Old ${next()}`, `${next()}@example.net`)
  const bob = await person(opened, 'Bob', 'bob@example.org')
  await readers(opened, one, bob)
  await tables(opened, one, other, next)
  await said(opened, one, next)
  await hook(opened, { id: next(), type: 'nothing', data: { email: mailOf, remark: next() } })
  await hook(opened, { id: next(), type: 'paid', data: { email: mailOf, invoice: next(), amount: 1 } })
  const run = await letterTo(opened, mailOf, next)
  const round = await roundTo(opened)
  await os.memory.passages.catchUp()
  const texted = all.slice(0, all.length - left.length)
  while (left.length > 0) await said(opened, one, next)
  await os.memory.passages.catchUp()
  return { texts: texted.length < all.length ? all : texted, ids: [one, other], run, round }
}

/** What tables hold in clear: merges, facts, pointers, relations, commitments. */
async function tables({ os, parts }: Opened, one: IdentityId, other: IdentityId, next: () => string): Promise<void> {
  const { identities, journal, clock } = parts.kernel
  await os.store.write(async (tx) => {
    for (const value of [next(), next()])
      await identities.facts.record(tx, { identity: one, key: 'allergy', value, origin: 'operator' })
    await identities.facts.record(tx, {
      identity: other,
      key: `k-${next()}`,
      value: { deep: [next()] },
      origin: 'external',
    })
    await identities.rename(tx, other, `Older ${next()}`, 'operator')
    const sight = { adapter: 'drive', contentHash: null, origin: 'external' } as const
    const pointer = { externalId: next(), title: `About ${next()}`, url: `https://drive.example.org/${next()}` }
    await identities.pointers.seen(tx, { ...sight, ...pointer, identity: one })
    const subject = one
    const about = { subject, origin: 'operator' } as const
    const seq = await journal.append(tx, {
      ...about,
      kind: 'commitment.made',
      payload: { commitment: 'cmt_1' as never, by: 'us', what: `Send ${next()}`, dueAt: null },
    })
    const made = { made_at: clock.now(), made_seq: seq, ended_seq: null, origin: 'operator' } as const
    await tx.db
      .insertInto('commitments')
      .values({ id: 'cmt_1' as never, identity_id: one, by: 'us', state: 'open', due_at: null, ...made })
      .execute()
    await tx.db
      .insertInto('relations')
      .values({ id: 'tie_1' as never, from_id: one, kind: `cousin-of-${next()}`, to_id: other, ...made })
      .execute()
    const key = `pin-${next()}`
    await journal.append(tx, { ...about, kind: 'identity.fact-pinned', payload: { id: one, key } })
    await tx.db.insertInto('fact_pins').values({ identity_id: one, key, seq }).execute()
    const merged = await journal.append(tx, {
      ...about,
      kind: 'identity.merged',
      subject: other,
      payload: { merge: 'mrg_1' as never, from: other, into: one, evidence: [`both know ${next()}`] },
    })
    await tx.db
      .insertInto('merges')
      .values({ id: 'mrg_1' as never, from_id: other, into_id: one, merged_seq: merged, undone_seq: null })
      .execute()
    await journal.append(tx, {
      ...about,
      kind: 'memory.put',
      payload: { key: next(), value: { remembered: next() }, expiresAt: clock.now() },
    })
  })
}

async function said({ os, parts }: Opened, identity: IdentityId, next: () => string): Promise<void> {
  await os.store.write((tx) =>
    parts.kernel.identities.interactions.record(tx, {
      identity,
      channel: 'mail',
      by: 'them',
      text: `I met ${next()} and we spoke of ${next()}`,
      origin: 'external',
      who: next(),
      thread: next(),
      externalId: next(),
    }),
  )
}

/** A letter that the operator sent back, and one that is in the outbox: input, draft, comment, edit, mail. */
async function letterTo(opened: Opened, who: string, next: () => string): Promise<RunId> {
  const { os } = opened
  const first = await startUntilGate(opened, 'letter', { who, title: `On ${next()}`, text: `Dear ${next()}` })
  await os.decide(first.gate, { verdict: 'returned', comment: `Warmer, for ${next()}` })
  await os.idle()
  const { run, gate } = await startUntilGate(opened, 'letter', { who, title: `On ${next()}`, text: `Dear ${next()}` })
  await os.decide(gate, { verdict: 'edited', content: { to: who, subject: `New ${next()}`, text: `Hello ${next()}` } })
  await os.idle()
  return run
}

/** An issue to all readers: theirs is an effect of its own. */
async function roundTo(opened: Opened): Promise<RunId> {
  const issue = { subject: 'News', markdown: 'Nothing new.', sources: [] }
  const { run, gate } = await startUntilGate(opened, 'round', { audience: 'audience:readers', issue })
  await opened.os.decide(gate, { verdict: 'approved' })
  await opened.os.idle()
  return run
}
