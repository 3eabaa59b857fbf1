import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { refuse } from '../../values/fault.ts'
import { parse } from '../../values/schema.ts'
import { createFile, removeFile, replaceFile } from '../file.ts'
import { safeKey } from '../key.ts'
import { textHash, type Written } from '../ports/documents.ts'
import { refuseKnowledge } from './own-knowledge.ts'
import { placeOf } from './place.ts'
import { largestDocument, readText } from './read.ts'

/** The folder of documents, and where it is remembered what each write found. */
export interface Shelf {
  readonly root: string
  readonly memory: string
  /** The company's knowledge, absolute: what is in force there is not written by an action. */
  readonly knowledge: string
}

/**
 * Writes a document once under a key. What was there before is put down first, so that a write that is repeated after a crash
 * does not take its own text for the old one, and so that an edit made by the operator in between is not overwritten.
 */
export async function writeDocument(shelf: Shelf, path: string, text: string, key: string): Promise<Written> {
  const bytes = Buffer.from(text, 'utf8')
  if (bytes.length > largestDocument) {
    refuse('input.too-large', { what: path, size: `${bytes.length} bytes`, limit: `${largestDocument} bytes` })
  }
  const full = await placeOf(shelf.root, path)
  const now = (await readText(full, path))?.text ?? null
  await refuseKnowledge(shelf.knowledge, full, [text, now])
  const hash = textHash(text)
  const found = await remember(shelf, key, { path, hash, before: now })
  if (found.path !== path || found.hash !== hash) refuse('effect.key-reused', { key })
  if (now === found.before) await replaceFile(full, bytes)
  else if (now !== text) throw new Error(`${path} was changed while it was being written; whether it was is not known`)
  return { path, hash, before: found.before }
}

/** Puts back what was there. Harmless when that is there already. Fault `document.changed` when somebody else wrote since. */
export async function undoWrite(shelf: Shelf, written: Written): Promise<void> {
  const { path, hash, before } = written
  const full = await placeOf(shelf.root, path)
  const now = (await readText(full, path))?.text ?? null
  if (now === before) return
  if (now === null || textHash(now) !== hash) refuse('document.changed', { path })
  if (before === null) await removeFile(full)
  else await replaceFile(full, Buffer.from(before, 'utf8'))
}

const memorySchema = z.object({ path: z.string(), hash: z.string(), before: z.string().nullable() })

async function remember(shelf: Shelf, key: string, found: Written): Promise<Written> {
  const file = join(shelf.memory, `${safeKey(key)}.json`)
  if (await createFile(file, Buffer.from(JSON.stringify(found), 'utf8'))) return found
  const parsed = parse(memorySchema, JSON.parse(await readFile(file, 'utf8')))
  if (!parsed.ok) refuse('store.corrupt', { path: file, why: parsed.why })
  return parsed.value
}
