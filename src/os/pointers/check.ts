import type { Kernel } from '../../executor/kernel.ts'
import { type ArtifactText, lookAtPointer, openPointer } from '../../executor/open-pointer.ts'
import { recordChecked } from '../../identity/checked-pointer.ts'
import { groupOf } from '../../identity/group.ts'
import type { Row } from '../../store/tables.ts'
import { Refusal, refuse } from '../../values/fault.ts'
import { asId, type IdentityId } from '../../values/id.ts'

// Each is a question to a provider; a few at once neither wait for each other nor press one.
const atOnce = 4

/** Looks at artifacts and writes down what became of each. Faults: `vault.forgotten`, `store.*`. */
export async function checkPointers(kernel: Kernel, pointers: readonly Row<'pointers'>[]): Promise<void> {
  const found: Parameters<typeof recordChecked>[3][number][] = []
  for (let start = 0; start < pointers.length; start += atOnce) {
    const some = pointers.slice(start, start + atOnce)
    found.push(
      ...(await Promise.all(some.map(async (pointer) => ({ pointer, ...(await lookAtPointer(kernel, pointer)) })))),
    )
  }
  const owners = new Map(pointers.map((pointer) => [pointer.id, pointer.identity_id]))
  for (const owner of new Set(owners.values())) {
    const own = found.filter(({ pointer }) => owners.get(pointer.id) === owner)
    await kernel.store.write((tx) => recordChecked(tx, kernel, owner, own))
  }
}

/** The text of an artifact; that it is gone is written down. Faults: those of `openPointer`. */
export async function openedPointer(
  kernel: Kernel,
  pointer: Row<'pointers'>,
  most: number,
  signal: AbortSignal,
): Promise<ArtifactText> {
  try {
    return await openPointer(kernel, pointer, most, signal)
  } catch (error) {
    if (error instanceof Refusal && error.fault.code === 'pointer.gone' && pointer.state !== 'gone') {
      const why = error.fault.about.why ?? null
      const gone = { pointer, state: 'gone', hash: null, why } as const
      await kernel.store.write((tx) => recordChecked(tx, kernel, pointer.identity_id, [gone]))
    }
    throw error
  }
}

/** A pointer by its id, or by `adapter:externalId` among those of some identities. Fault: `input.unknown`. */
export async function pointerNamed(
  { store }: Pick<Kernel, 'store'>,
  named: string,
  of: readonly IdentityId[] | 'anyone',
): Promise<Row<'pointers'>> {
  const id = asId('ptr', named)
  const pointers = store.read.selectFrom('pointers').selectAll()
  const found = id ? await pointers.where('id', '=', id).executeTakeFirst() : await byName(named)
  if (found && (of === 'anyone' || of.includes(found.identity_id))) return found
  const command = 'soloist identity pointers IDENTITY'
  return refuse('input.unknown', { kind: 'pointer', name: named.slice(0, 100), nearest: '', command })

  function byName(name: string): Promise<Row<'pointers'> | undefined> {
    const colon = name.indexOf(':')
    if (of === 'anyone' || colon < 1) return Promise.resolve(undefined)
    return pointers
      .where('identity_id', 'in', [...of])
      .where('adapter', '=', name.slice(0, colon))
      .where('external_id', '=', name.slice(colon + 1))
      .executeTakeFirst()
  }
}

/** Whose pointers a task about someone may open: theirs, under whatever record. */
export function withinReach({ store }: Pick<Kernel, 'store'>, subject: IdentityId): Promise<readonly IdentityId[]> {
  return groupOf(store.read, subject)
}
