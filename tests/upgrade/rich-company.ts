import type { Answer } from '../../src/os/os.ts'
import type { FakeClock } from '../../src/testing/clock.ts'
import type { RunId } from '../../src/values/id.ts'
import { usd } from '../../src/values/money.ts'
import { days } from '../../src/values/time.ts'
import type { openParts } from '../archive/company.ts'
import type { PostOffice } from '../archive/post-office.ts'
import { wire } from './errands.ts'

type Opened = Awaited<ReturnType<typeof openParts>>

/** Has a company live until it has runs, tasks, effects and gates in every state, and people in every relation. */
export async function enrich(company: Opened, office: PostOffice): Promise<void> {
  const { os, kernel } = company
  Object.assign(wire, { cut: true, denies: false })
  await people(company)
  const answer = async (run: RunId, given: Answer): Promise<void> => {
    const { id } = await openGate(company, run)
    await os.decide(id, given)
    await os.idle()
  }
  const begin = async (workflow: string, text: string): Promise<RunId> => {
    const run = await os.start(workflow, { text }, 'operator')
    await os.idle()
    return run
  }
  await answer(await begin('letters', 'done'), { verdict: 'approved' })
  await answer(await begin('letters', 'edited'), { verdict: 'edited', content: { text: 'changed' } })
  await answer(await begin('letters', 'rejected'), { verdict: 'rejected', reason: 'no' })
  await os.cancel(await begin('letters', 'cancelled'), 'never mind')
  const undone = await begin('letters', 'undone')
  await answer(undone, { verdict: 'approved' })
  await os.undo(undone, { dryRun: false })
  await os.idle()
  await answer(undone, { verdict: 'approved' })
  const undoHeld = await begin('letters', 'undo held')
  await answer(undoHeld, { verdict: 'approved' })
  await os.undo(undoHeld, { dryRun: false })
  await os.idle()
  await os.start('crowd', { to: 5 }, 'operator')
  await os.idle()
  await begin('errand', 'fail')
  await begin('errand', 'why?')
  await begin('telegram', 'expired')
  await (kernel.clock as FakeClock).advance(days(1))
  await os.idle()
  await begin('letters', 'held')
  await begin('telegram', 'held')
  const unknown = await begin('telegram', 'in doubt')
  await answer(unknown, { verdict: 'approved' })
  wire.denies = true
  await answer(await begin('telegram', 'refused'), { verdict: 'approved' })
  wire.denies = false
  office.patience = 1
  const parts = await begin('rounds', 'one two three')
  await os.decide((await openGate(company, parts)).id, { verdict: 'approved' })
  os.work()
  await office.hanging.promise
}

async function people({ kernel }: Opened): Promise<void> {
  const { store, identities, grants, budget, vault } = kernel
  await store.write(async (tx) => {
    const make = (kind: string, name: string) => identities.create(tx, { kind, name, origin: 'operator' })
    const [ana, bob, cid, readers] = [
      await make('person', 'Ana'),
      await make('person', 'Bob'),
      await make('person', 'Cid'),
      await make('audience', 'Readers'),
    ]
    await identities.handles.add(tx, ana, 'ana@example.org', 'operator')
    await identities.handles.add(tx, readers, 'audience:readers', 'operator')
    await identities.facts.record(tx, { identity: ana, key: 'role', value: 'editor', origin: 'operator' })
    await identities.facts.record(tx, { identity: ana, key: 'role', value: 'author', origin: 'operator' })
    for (const member of [ana, bob, cid]) {
      await identities.members.join(tx, { audience: readers, member, origin: 'operator', why: 'they asked' })
    }
    await identities.members.unsubscribe(tx, { audience: readers, member: bob, origin: 'external', why: 'they left' })
    await vault.destroyKey(tx, cid)
    const standing = { risk: 'outward', maxUses: 3, lasts: days(30), externalOk: false, why: 'routine' } as const
    const grant = await grants.give(tx, { ...standing, action: 'round.send' })
    await grants.withdraw(tx, grant)
    await grants.give(tx, { ...standing, action: 'round.send', subject: bob })
    await budget.setLimit(tx, { scope: 'company', period: '2026-03' } as never, usd(20))
    await vault.setSecret(tx, 'SMTP_PASSWORD', 'hunter2-very-secret')
  })
}

async function openGate({ kernel }: Opened, run: RunId) {
  return kernel.store.read
    .selectFrom('gates')
    .select(['id', 'reason'])
    .where('run_id', '=', run)
    .where('state', '=', 'open')
    .orderBy('opened_seq')
    .executeTakeFirstOrThrow()
}
