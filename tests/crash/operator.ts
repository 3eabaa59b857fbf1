import { decide } from '../../src/executor/decide.ts'
import type { Kernel } from '../../src/executor/kernel.ts'
import type { Verdict } from '../../src/gate/gate.ts'
import type { Row } from '../../src/store/tables.ts'
import type { ProviderLog } from './provider-log.ts'
import type { Work } from './work.ts'

/** Answers all open gates as an operator would who looks at the providers. Gives false when none was open. */
export async function answerGates(kernel: Kernel, log: ProviderLog, work: Work): Promise<boolean> {
  const gates = await kernel.store.read
    .selectFrom('gates')
    .selectAll()
    .where('state', '=', 'open')
    .orderBy('opened_seq')
    .execute()
  for (const gate of gates) await decide(kernel, gate.id, await verdictOn(kernel, log, work, gate))
  return gates.length > 0
}

/** Work is approved as it is, the second time where it is sent back first; in doubt, what the provider has done decides. */
async function verdictOn(kernel: Kernel, log: ProviderLog, work: Work, gate: Row<'gates'>): Promise<Verdict> {
  if (gate.reason === 'review' && work.returns) {
    const { store } = kernel
    const before = await store.read.selectFrom('gates').select('id').where('state', '=', 'returned').executeTakeFirst()
    if (!before) return { verdict: 'returned', comment: 'Once more, please.' }
  }
  if (gate.reason !== 'doubt') return { verdict: 'approved' }
  const [event] = await kernel.journal.at([gate.opened_seq])
  const effect = event?.kind === 'gate.opened' ? event.payload?.card.effect : undefined
  if (!effect) throw new TypeError(`${gate.id} does not say which effect it asks about`)
  const acted = log.entries().some((entry) => entry.what === 'acted' && entry.key === effect.key)
  return acted ? { verdict: 'approved' } : { verdict: 'rejected', reason: 'the provider has nothing of it' }
}
