import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type KnowledgeKeeper, openKnowledge } from '../../src/memory/knowledge/open.ts'
import type { EventKind, StoredEvent } from '../../src/telemetry/event.ts'
import { openCompany, type TestCompany } from '../identity/company.ts'

/** A company with a folder of knowledge that a test writes into. */
export interface Library {
  readonly company: TestCompany
  readonly knowledge: KnowledgeKeeper
  readonly folder: string
  write(path: string, text: string | Uint8Array): void
  read(path: string): string
  /** The same company after its process was started again. */
  reopened(): KnowledgeKeeper
  /** What the journal says of one kind. */
  events<K extends EventKind>(kind: K): Promise<Extract<StoredEvent, { kind: K }>[]>
  close(): Promise<void>
}

export async function openLibrary(): Promise<Library> {
  const company = await openCompany()
  const folder = mkdtempSync(join(tmpdir(), 'soloist-knowledge-'))
  const open = (): KnowledgeKeeper => openKnowledge({ ...company, folder })
  return {
    company,
    knowledge: open(),
    folder,
    write(path, text) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    },
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    reopened: open,
    events: async <K extends EventKind>(kind: K) =>
      (await company.journal.page({ after: 0, limit: 1000, kind })) as Extract<StoredEvent, { kind: K }>[],
    async close() {
      await company.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A policy: the smallest file of knowledge that says something. */
export function policy(body: string, title = 'Prices'): string {
  return `---\nkind: policy\ntitle: ${title}\nscope: invoices\n---\n${body}\n`
}
