import { z } from 'zod'
import { action, port } from '../port.ts'
import { moment } from './fields.ts'

/** One entry of a feed, as plain text. `source` is the address that it was read from, `id` is unique within it. */
export const entrySchema = z.object({
  id: z.string().max(2048),
  title: z.string().max(500),
  url: z.string().max(2048).nullable(),
  published: moment.nullable(),
  summary: z.string().max(4000),
  source: z.string().max(2048),
})
/** One entry of a feed, as plain text. Everything in it is external. */
export type Entry = z.infer<typeof entrySchema>

/** A feed that could not be read, and what can be done. */
export const problemSchema = z.object({ source: z.string(), code: z.string(), message: z.string(), next: z.string() })
export type Problem = z.infer<typeof problemSchema>

/** Feeds of news: RSS, Atom, RDF and JSON Feed. */
export const feeds = port('feeds', {
  read: action({
    does: 'Reads feeds, newest entry first. A feed that cannot be read is a problem in the answer; the others are read.',
    risk: 'read',
    effect: 'none',
    input: z.object({
      sources: z.array(z.string().min(1).max(2048)).max(100),
      since: moment.nullable().optional(),
      max: z.int().min(1).max(500).optional(),
    }),
    output: z.object({ entries: z.array(entrySchema).max(500), problems: z.array(problemSchema) }),
    origin: 'external',
    pointers: ({ entries }) => entries.map(({ id, url, title }) => ({ externalId: id, url, title, contentHash: null })),
  }),
})
