import type { Kernel } from '../../src/executor/kernel.ts'

const readers = ['ana', 'bo', 'cy', 'di', 'ed'] as const

/** Makes the audience of five that the letters go to, once. */
export async function gatherReaders({ store, identities }: Kernel): Promise<void> {
  if (await identities.handles.find('audience:readers')) return
  await store.write(async (tx) => {
    const audience = await identities.create(tx, { kind: 'audience', name: 'Readers', origin: 'operator' })
    await identities.handles.add(tx, audience, 'audience:readers', 'operator')
    for (const name of readers) {
      const person = await identities.create(tx, { kind: 'person', name, origin: 'operator' })
      await identities.handles.add(tx, person, `${name}@example.org`, 'operator')
      await identities.members.join(tx, { audience, member: person, origin: 'operator', why: 'test' })
    }
  })
}
