import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { folder } from '../../src/adapters/documents/folder.ts'
import { outbox } from '../../src/adapters/mail/outbox.ts'
import { openPointerDesk } from '../../src/os/pointers/desk.ts'
import { Refusal } from '../../src/values/fault.ts'
import { companyIdentity, type PointerId } from '../../src/values/id.ts'
import { openTestCompany } from '../executor/company.ts'

/** A company with documents and an outbox; `allowed` are private addresses that it may reach. */
export async function openDesk(allowed: readonly string[] = []) {
  const company = await openTestCompany({ adapters: [folder(), outbox()], allowPrivate: allowed })
  const { kernel } = company
  const pointers = openPointerDesk(kernel)
  for (const part of ['knowledge', 'outbox']) mkdirSync(join(company.folder, part), { recursive: true })
  return {
    company,
    pointers,
    see: (adapter: string, externalId: string, more: { url?: string; contentHash?: string } = {}): Promise<PointerId> =>
      kernel.store.write((tx) =>
        kernel.identities.pointers.seen(tx, {
          ...{ identity: companyIdentity, adapter, externalId, title: null, origin: 'external' },
          ...{ url: more.url ?? null, contentHash: more.contentHash ?? null },
        }),
      ),
    write: (path: string, text: string) => writeFileSync(join(company.folder, path), text),
    rows: () => kernel.store.read.selectFrom('pointers').selectAll().orderBy('external_id').execute(),
    /** The text of an artifact, or the code and message of the fault. */
    open: (id: PointerId): Promise<string> =>
      pointers.open(id).then(
        ({ text }) => text,
        (error: unknown) => {
          if (error instanceof Refusal) return `${error.fault.code}: ${error.fault.message}`
          throw error
        },
      ),
    close: () => company.close(),
  }
}

export type Desk = Awaited<ReturnType<typeof openDesk>>
