import { z } from 'zod'
import { commitmentLine } from './commitments.ts'
import { at, identityId, idField, json, named, origin } from './fields.ts'
import { runLine } from './run-views.ts'

/** Someone by any of their names. */
export const who = z.string().trim().min(1).max(400).meta({ description: 'An id, an email address or system:value' })
/** What an identity is, or what one is to another: Soloist's own words, or the company's. */
export const kindWord = (what: string) =>
  z
    .string()
    .trim()
    .min(1)
    .max(60)
    .meta({ description: `${what}, or a word of your own of lower-case letters, digits and hyphens` })

export const memberStatus = z.enum(['active', 'unsubscribed', 'bounced'])
export const mergeId = idField('mrg', 'a merge')

const handle = z.object({ system: z.string().min(1).max(60), value: z.string().min(1).max(320) })

export const identityLine = z.object({
  id: identityId,
  kind: z.string(),
  name: z.string().nullable(),
  handles: z.array(handle),
  madeAt: at,
  member: memberStatus.nullable(),
})

export const factLine = z.object({
  key: z.string(),
  value: json,
  origin,
  confidence: z.number(),
  recordedAt: at,
  validFrom: at.nullable(),
  validUntil: at.nullable(),
  source: z.int().meta({ description: 'The event that recorded it' }),
  pointer: z.string().nullable().meta({ description: 'The artifact that says so' }),
  record: identityId.meta({ description: 'The record that it was recorded for' }),
})

/** Two that may be one. */
export const suggestion = z.object({
  one: named,
  other: named,
  evidence: z.array(z.string()),
  warning: z.boolean().meta({ description: 'They look alike and are not the same: do not merge unless you are sure' }),
})

export const identityView = identityLine.omit({ member: true }).extend({
  forgottenAt: at.nullable(),
  facts: z.array(factLine.extend({ pinned: z.boolean() })),
  otherFacts: z.array(factLine).meta({ description: 'What is over, or does not hold yet' }),
  contradictions: z.array(
    z.object({ key: z.string(), why: z.enum(['sources', 'confidence', 'origin']), shown: factLine, other: factLine }),
  ),
  memberOf: z.array(z.object({ id: identityId, name: z.string().nullable(), status: memberStatus })),
  members: z.array(z.object({ status: memberStatus, count: z.int() })),
  relations: z.array(
    z.object({
      id: idField('tie', 'a relation'),
      kind: z.string(),
      direction: z.enum(['from', 'to']),
      other: named,
      since: at,
    }),
  ),
  merges: z.array(z.object({ id: mergeId, from: named, into: named })),
  alike: z.array(suggestion).meta({ description: 'Who may be the same, and who only looks so' }),
  pointers: z.array(
    z.object({
      adapter: z.string(),
      title: z.string().nullable(),
      url: z.string().nullable(),
      state: z.enum(['unchanged', 'changed', 'gone', 'unchecked']),
    }),
  ),
  interactions: z.array(
    z.object({
      seq: z.int(),
      channel: z.string(),
      at,
      by: z.enum(['us', 'them']).nullable(),
      who: z.string().nullable(),
      thread: z.string().nullable(),
      text: z.string().nullable(),
    }),
  ),
  commitments: z.array(commitmentLine),
  runs: z.array(runLine),
})
