/** Ports and adapters: `import { mail, outbox } from 'soloist/adapters'`. */
export {
  type Adapter,
  adapter,
  type Call,
  type Connect,
  type Part,
  type Performance,
  type Provider,
  type Spread,
} from './adapter.ts'
export { refuseWhenStopped } from './answer.ts'
export type { Artifact, Opened } from './artifact.ts'
export { folder } from './documents/folder.ts'
export { feeds as readFeeds } from './feeds/feeds.ts'
export { outbox } from './mail/outbox.ts'
export { smtp } from './mail/smtp.ts'
export { audience } from './newsletters/audience.ts'
export { buttondown } from './newsletters/buttondown.ts'
export { ghost } from './newsletters/ghost.ts'
export { type Action, type ActionSpec, action, type Port, port, type Seen } from './port.ts'
export { compute, computedSchema } from './ports/compute.ts'
export { type Document, documentSchema, documents, listedSchema } from './ports/documents.ts'
export { type Entry, entrySchema, feeds, problemSchema } from './ports/feeds.ts'
export { moment } from './ports/fields.ts'
export { knowledge } from './ports/knowledge.ts'
export { ledger, usedSchema } from './ports/ledger.ts'
export { mail } from './ports/mail.ts'
export { keptSchema, memory } from './ports/memory.ts'
export { type Delivery, deliverySchema, type Issue, issueSchema, newsletters } from './ports/newsletters.ts'
export { pointers } from './ports/pointers.ts'
export {
  ghostSignature,
  hmacSignature,
  type Signature,
  standardSignature,
  stripeSignature,
  type TimedSignature,
} from './webhooks/signature.ts'
