import { constants } from 'node:fs'
import { access, mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Refusal, refuse } from '../../values/fault.ts'
import { seconds } from '../../values/time.ts'
import { type Adapter, adapter, type Call } from '../adapter.ts'
import { refuseWhenStopped } from '../answer.ts'
import { documents } from '../ports/documents.ts'
import { listDocuments, readDocument } from './read.ts'
import { type Shelf, undoWrite, writeDocument } from './write.ts'

export interface FolderOptions {
  /** A folder within the company's, or an absolute path; default `knowledge`. */
  readonly folder?: string
}

/**
 * Documents in a folder of Markdown and text files. Nothing outside it is read or written, whatever a path or a link says. Faults:
 * `document.outside`, `document.missing`, `document.changed`, `input.too-large`, `effect.key-reused`, `knowledge.by-proposal`,
 * `store.unwritable`.
 */
export function folder(options: FolderOptions = {}): Adapter {
  const before = (action: string, call: Call): void => refuseWhenStopped('folder', action, call)
  return adapter(
    documents,
    {
      name: 'folder',
      secrets: [],
      timeout: seconds(30),
      connect: async (connect): Promise<Shelf> => {
        const root = resolve(connect.folder, options.folder ?? 'knowledge')
        await openRoot(root)
        return {
          root,
          memory: join(connect.folder, '.soloist', 'documents'),
          knowledge: join(connect.folder, 'knowledge'),
        }
      },
      probe: ({ root }) => openRoot(root),
      look: ({ root }, path) => hashNow(root, path),
      async open({ root }, { externalId }) {
        const { text } = await readDocument(root, externalId)
        return { bytes: Buffer.from(text, 'utf8'), type: 'text/markdown; charset=utf-8' }
      },
    },
    {
      list: {
        idempotency: 'none',
        do: async ({ root }, input, call) => {
          before('documents.list', call)
          return listDocuments(root, input.under, input.max ?? 200)
        },
      },
      read: {
        idempotency: 'none',
        do: async ({ root }, input, call) => {
          before('documents.read', call)
          return readDocument(root, input.path)
        },
      },
      write: {
        idempotency: 'key',
        do: async (shelf, input, call) => {
          before('documents.write', call)
          return writeDocument(shelf, input.path, input.text, call.key)
        },
        undo: (shelf, output) => undoWrite(shelf, output),
      },
    },
  )
}

async function hashNow(root: string, path: string): Promise<string | null> {
  try {
    return (await readDocument(root, path)).hash
  } catch (error) {
    if (error instanceof Refusal && error.fault.code === 'document.missing') return null
    throw error
  }
}

async function openRoot(root: string): Promise<void> {
  try {
    await mkdir(root, { recursive: true })
    await access(root, constants.R_OK)
  } catch (error) {
    refuse('store.unwritable', { path: root, why: (error as NodeJS.ErrnoException).code ?? 'unknown' })
  }
}
