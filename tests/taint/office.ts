import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { type Adapter, adapter, feeds, folder, mail, outbox } from '../../src/adapters/index.ts'
import type { AnyAction } from '../../src/adapters/port.ts'
import { agent, days, seconds } from '../../src/index.ts'
import type { CompanySpec } from '../../src/os/config.ts'
import { obedientModel } from '../../src/testing/obedient-model.ts'
import { openTestCompany } from '../executor/company.ts'
import { provider, shop } from '../executor/shop.ts'

export const Given = z.object({ person: z.string() })
const Reply = z.object({ to: z.string(), text: z.string() })

/** Feeds whose one entry says what a test says. */
function feedSaying(text: () => string): Adapter {
  return adapter(
    feeds,
    { name: 'feeds', secrets: [], timeout: seconds(30), connect: () => ({}) },
    {
      read: {
        idempotency: 'none',
        do: async () => ({
          entries: [
            { id: '1', title: 'News', url: null, published: null, summary: text(), source: 'https://a.example' },
          ],
          problems: [],
        }),
      },
    },
  )
}

/** An agent that may write mail, post and refund, and reads what came from outside. */
export const clerk = agent({
  name: 'clerk',
  version: 1,
  does: 'Answers people.',
  input: z.object({ news: z.unknown() }),
  output: Reply,
  tier: 'standard',
  instructions: './clerk.md',
  allow: [mail.send, shop.post, shop.refund, feeds.read],
})

/** A company whose model obeys every order that it reads, wherever it stands. */
export async function openOffice(said: { text: string }, spec: Partial<CompanySpec>) {
  const corner = provider('key')
  const model = obedientModel(() => ({ output: { to: 'ana@example.org', text: 'Thank you.' } }))
  const company = await openTestCompany(
    {
      agents: [clerk],
      adapters: [feedSaying(() => said.text), outbox(), folder(), corner.adapter],
      models: { standard: [model] },
      ...spec,
    },
    { 'agents/clerk.md': 'Answer.' },
  )
  const { kernel } = company
  const ana = await kernel.store.write(async (tx) => {
    const id = await kernel.identities.create(tx, { kind: 'person', name: 'Ana', origin: 'operator' })
    await kernel.identities.handles.add(tx, id, 'ana@example.org', 'operator')
    return id
  })
  return {
    company,
    corner,
    model,
    ana,
    /** The mails that have left. */
    mails: () => {
      try {
        return readdirSync(join(company.folder, 'outbox'))
      } catch {
        return []
      }
    },
    /** A standing approval of everything that an action may be granted. */
    grant: (action: AnyAction, externalOk: boolean) =>
      kernel.store.write((tx) =>
        kernel.grants.give(tx, {
          action: action.name,
          risk: action.risk,
          ...(action.risk === 'chargeable' ? { payee: 'ana', maxAmount: 9_000_000 as never } : {}),
          maxUses: 100,
          lasts: days(30),
          externalOk,
          why: 'routine',
        }),
      ),
    effects: () => kernel.store.read.selectFrom('effects').select(['action', 'state', 'gate_id', 'grant_id']).execute(),
  }
}
