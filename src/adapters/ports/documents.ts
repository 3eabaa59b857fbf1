import { createHash } from 'node:crypto'
import { z } from 'zod'
import { action, port } from '../port.ts'
import { moment } from './fields.ts'

const path = z.string().min(1).max(500)
const text = z.string().max(1_000_000)

/** A document in a list. `size` is in bytes. */
export const listedSchema = z.object({ path, title: z.string(), size: z.int().min(0), modified: moment.optional() })
export type Listed = z.infer<typeof listedSchema>

/** A document with its text. `hash` is the SHA-256 of the text in UTF-8, as 64 hexadecimal digits. */
export const documentSchema = z.object({
  path,
  title: z.string(),
  text,
  hash: z.string().length(64),
  modified: moment.optional(),
})
/** A document with its text (Markdown). `hash` is that of the text. */
export type Document = z.infer<typeof documentSchema>

/** What writing left behind: `before` is the text that was there, null when there was none. */
export const writtenSchema = z.object({ path, hash: z.string().length(64), before: text.nullable() })
export type Written = z.infer<typeof writtenSchema>

/** SHA-256 of a text in UTF-8: the `hash` of a document. */
export const textHash = (written: string): string => createHash('sha256').update(written, 'utf8').digest('hex')

/** The operator's documents, by paths with forward slashes. */
export const documents = port('documents', {
  list: action({
    does: 'Lists documents, by path; `more` says that there are others.',
    risk: 'read',
    effect: 'none',
    input: z.object({ under: path.optional(), max: z.int().min(1).max(1000).optional() }),
    output: z.object({ documents: z.array(listedSchema), more: z.boolean() }),
    // Titles are parts of texts, and parts are not known again by their hash.
    origin: 'external',
  }),
  read: action({
    does: 'Reads one document.',
    risk: 'read',
    effect: 'none',
    input: z.object({ path }),
    output: documentSchema,
    origin: 'operator',
    pointers: ({ path, title, hash }) => [{ externalId: path, url: null, title, contentHash: hash }],
    finds: ({ hash }) => [hash],
  }),
  write: action({
    does: 'Writes one document, in place of what is there.',
    risk: 'internal',
    effect: 'reversible',
    input: z.object({ path, text }),
    output: writtenSchema,
    origin: 'operator',
    leaves: ({ text: written }) => [textHash(written)],
    finds: ({ before }) => (before === null ? [] : [textHash(before)]),
  }),
})
