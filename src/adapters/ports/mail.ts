import { z } from 'zod'
import { action, port } from '../port.ts'
import { address, line, webAddress } from './fields.ts'

/** One mail to one person. Without `from` the adapter's own sender is used. `text` is always there, `html` beside it if given. */
export const mailSchema = z.object({
  to: address,
  toName: line.optional(),
  subject: line.min(1),
  text: z.string().max(1_000_000),
  html: z.string().max(1_000_000).optional(),
  from: line.optional(),
  replyTo: address.optional(),
  /** How the recipient leaves: becomes List-Unsubscribe, and one-click (RFC 8058) when there is a `url`. */
  listUnsubscribe: z.object({ url: webAddress.nullable(), mailto: line.nullable() }).optional(),
})
export type Mail = z.infer<typeof mailSchema>

/** `accepted` is the last word of whoever took it over: the server's answer, or the file that was written. */
export const sentSchema = z.object({ messageId: z.string(), accepted: z.string() })
export type Sent = z.infer<typeof sentSchema>

/** Mail. One recipient a mail: many recipients are many effects, so that each happens once. */
export const mail = port('mail', {
  send: action({
    does: 'Sends one mail to one person.',
    risk: 'outward',
    effect: 'irreversible',
    input: mailSchema,
    output: sentSchema,
    recipients: (input) => [input.to],
  }),
})
