import type { Kernel } from '../../src/executor/kernel.ts'

/** Makes an audience `audience:readers` of so many people, `reader0@example.org` and on. */
export async function subscribe({ store, identities }: Kernel, count: number): Promise<void> {
  await store.write(async (tx) => {
    const audience = await identities.create(tx, { kind: 'audience', name: 'Readers', origin: 'operator' })
    await identities.handles.add(tx, audience, 'audience:readers', 'operator')
  })
  for (let index = 0; index < count; index += 1) await join({ store, identities }, `reader${index}@example.org`)
}

/** Makes somebody a member of `audience:readers`. */
export async function join({ store, identities }: Pick<Kernel, 'store' | 'identities'>, email: string): Promise<void> {
  await store.write(async (tx) => {
    const audience = await identities.handles.resolve('audience:readers', tx)
    const member = await identities.create(tx, {
      kind: 'person',
      name: email.split('@')[0] ?? email,
      origin: 'operator',
    })
    await identities.handles.add(tx, member, email, 'operator')
    await identities.members.join(tx, { audience, member, origin: 'operator', why: 'signed up' })
  })
}

/** Ends the membership of somebody in `audience:readers`, as the link in a letter does. */
export async function leave({ store, identities }: Pick<Kernel, 'store' | 'identities'>, email: string): Promise<void> {
  await store.write(async (tx) => {
    const audience = await identities.handles.resolve('audience:readers', tx)
    const member = await identities.handles.resolve(email, tx)
    await identities.members.unsubscribe(tx, { audience, member, origin: 'external', why: 'the link of a letter' })
  })
}
