import { z } from 'zod'
import { approved } from '../../values/approved.ts'
import { action, port } from '../port.ts'
import { line, moment } from './fields.ts'

/**
 * An issue of a newsletter: what the operator approves. `pointer` says where a source lives, by adapter and external id
 * (`folder:library/glue.md`), where it has one.
 */
export const issueSchema = z.object({
  subject: line.min(1),
  markdown: z.string().min(1).max(100_000),
  sources: z
    .array(
      z.object({ title: z.string().max(500), url: z.string().max(2048), pointer: z.string().max(1100).nullable() }),
    )
    .max(200),
})
/** An issue as the operator approves it. */
export type Issue = z.infer<typeof issueSchema>

/** A scheduled issue. `contentHash` is `contentHash(issue)`. `at` null: as soon as it is sent. */
export const campaignSchema = z.object({
  id: z.string().min(1).max(200),
  audience: z.string().min(1).max(320),
  issue: issueSchema,
  at: moment.nullable(),
  contentHash: z.string().length(64),
})
export type Campaign = z.infer<typeof campaignSchema>

const count = z.int().min(0)

/**
 * How a campaign went. `at` is when the sending ended. `bounced` were refused for good, `unknown` are in doubt, `unsubscribed`
 * left after it: 0 when the sending ends, counted by `results`.
 */
export const deliverySchema = z.object({
  campaign: z.string(),
  audience: z.string(),
  at: moment,
  delivered: count,
  bounced: count,
  unsubscribed: count,
  unknown: count,
})
/** How a campaign went. */
export type Delivery = z.infer<typeof deliverySchema>

/** Newsletters to an audience. */
export const newsletters = port('newsletters', {
  schedule: action({
    does: 'Puts an issue down for an audience, to go out at a time; nothing goes out yet.',
    risk: 'outward',
    effect: 'reversible',
    input: z.object({ audience: z.string().min(1).max(320), issue: approved(issueSchema), at: moment.nullable() }),
    output: campaignSchema,
    origin: 'system',
    content: ['issue'],
    audience: (input) => input.audience,
  }),
  send: action({
    does: 'Sends a scheduled issue to every active member of its audience.',
    risk: 'outward',
    effect: 'irreversible',
    input: z.object({ campaign: campaignSchema }),
    output: deliverySchema,
    origin: 'system',
    content: ['campaign.issue'],
    audience: (input) => input.campaign.audience,
    notBefore: (input) => input.campaign.at,
  }),
  results: action({
    does: 'Says how an issue that was sent has gone until now.',
    risk: 'read',
    effect: 'none',
    input: z.object({ delivery: deliverySchema }),
    output: deliverySchema,
    origin: 'system',
  }),
})
