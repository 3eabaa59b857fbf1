import { onTestFinished } from 'vitest'
import { decide } from '../../src/executor/decide.ts'
import type { RunId } from '../../src/values/id.ts'
import { openTestCompany } from '../executor/company.ts'
import { letter } from '../smtp/letter.ts'
import type { HostedProvider, hostedProviders } from './providers.ts'

export type HostedCompany = Awaited<ReturnType<typeof hostedCompany>>

/** A company whose newsletter lies with a provider of the suite that has this many readers. */
export async function hostedCompany(open: (typeof hostedProviders)[number]['open'], readers = 5) {
  let now = (): number => 0
  const provider = await open(() => now())
  onTestFinished(() => provider.server.close())
  const company = await openTestCompany({ workflows: [letter], adapters: [provider.adapter] })
  onTestFinished(() => company.close())
  now = company.clock.now
  provider.readers(readers)
  const { store, vault, identities } = company.kernel
  await store.write(async (tx) => {
    await vault.setSecret(tx, provider.secret.name, provider.secret.value)
    const audience = await identities.create(tx, { kind: 'audience', name: 'Our readers', origin: 'operator' })
    await identities.handles.add(tx, audience, 'audience:readers', 'operator')
  })
  return Object.assign(company, { provider })
}

/** Starts a letter; gives its run, which waits for the operator. */
export const startLetter = (company: HostedCompany): Promise<RunId> =>
  company.run('letter', { topic: 'News', audience: 'audience:readers' })

/** Answers the one gate that is open with yes, and works on. */
export async function approve(company: HostedCompany): Promise<void> {
  await answer(company, { verdict: 'approved' })
}

export async function answer(company: HostedCompany, verdict: Parameters<typeof decide>[2]): Promise<void> {
  const [gate, ...more] = await company.gates()
  if (!gate || more.length > 0) throw new Error(`${more.length + (gate ? 1 : 0)} gates are open, not one`)
  await decide(company.kernel, gate.id, verdict)
  await company.worker.idle()
}

/** The card of the one gate that is open. */
export async function openCard(company: HostedCompany) {
  const [gate] = await company.gates()
  return gate && company.card(gate)
}

export const everyone = (provider: HostedProvider): string[] => provider.sent().flat().toSorted()
