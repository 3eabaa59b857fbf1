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
export { folder } from './documents/folder.ts'
export { feeds as readFeeds } from './feeds/feeds.ts'
export { outbox } from './mail/outbox.ts'
export { smtp } from './mail/smtp.ts'
export { audience } from './newsletters/audience.ts'
export { type Action, type ActionSpec, action, type Port, port } from './port.ts'
export { documents } from './ports/documents.ts'
export { feeds } from './ports/feeds.ts'
export { mail } from './ports/mail.ts'
export { newsletters } from './ports/newsletters.ts'
