import type { NodemailerError } from 'nodemailer'
import { type Fault, fault } from '../../values/fault.ts'

/** One try to hand a mail over. `handed` is true from the moment that the server took DATA and the first byte of the mail went. */
export interface Handover {
  readonly server: string
  readonly address: string
  readonly handed: boolean
}

/**
 * What an SMTP failure says, by its phase (RFC 5321, 4.2.1 and 4.2.5): a fault when the mail surely did not go out, `undefined`
 * when it may have. Until DATA is taken nothing has happened. After that only the server's answer to the mail tells; a
 * connection that breaks without one leaves it in doubt.
 */
export function verdictOf(error: unknown, handover: Handover): Fault | undefined {
  const failure = error as NodemailerError
  const { server, address, handed } = handover
  const answered = failure.responseCode ?? 0
  if (handed && !(failure.code === 'EMESSAGE' && answered >= 400)) return undefined
  const why = reasonIn(failure)
  const refused = fault('adapter.refused', { adapter: server, action: 'mail.send', why })
  if (answered >= 400 && answered < 500) return fault('adapter.busy', { adapter: server, why })
  if (answered >= 500) return blamesAddress(failure) ? fault('mail.refused', { server, address, why }) : refused
  if (isSettled(failure)) return refused
  return fault('adapter.unreachable', { adapter: server, why })
}

/** What the server said, or the system, in one line of at most 300 characters. */
export function reasonIn(error: unknown): string {
  const failure = error as NodemailerError
  const text =
    failure.response ?? (failure.originalCode ? `${failure.originalCode}: ${failure.message}` : failure.message)
  return text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 300)
}

// Only an answer to RCPT is about the address, and of those x.7.z (RFC 3463: security or policy) is about us: a relay that
// does not know us refuses everybody, and must not turn a whole audience into bounced addresses.
function blamesAddress(failure: NodemailerError): boolean {
  return failure.command === 'RCPT TO' && !/^5\d\d[ -]5\.7\.\d+/.test(failure.response ?? '')
}

// A wrong certificate, missing credentials and a mail that is too large stay so until somebody changes something.
function isSettled(failure: NodemailerError): boolean {
  if (failure.code === 'EAUTH' || failure.code === 'EMESSAGE' || failure.code === 'EENVELOPE') return true
  const cause = `${failure.originalCode ?? ''} ${failure.message}`
  return /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|certificate|ERR_SSL_WRONG_VERSION|wrong version number/i.test(cause)
}
