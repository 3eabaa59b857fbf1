import { Readable } from 'node:stream'
import { Refusal } from '../../values/fault.ts'
import { minutes, seconds } from '../../values/time.ts'
import { type Adapter, adapter, type Call, type Connect } from '../adapter.ts'
import { refuseWhenStopped } from '../answer.ts'
import { type Mail, mail, type Sent } from '../ports/mail.ts'
import { addressIn, type Composed, compose, messageIdOf, type Sender } from './compose.ts'
import { type Line, type Lines, openLines, step } from './lines.ts'
import { reasonIn, verdictOf } from './verdict.ts'

export interface SmtpOptions {
  readonly host: string
  readonly port: number
  /**
   * True: TLS from the first byte (default on port 465). Otherwise STARTTLS is demanded, except of this machine (`localhost`,
   * `127.0.0.1`, `::1`), where it is used when offered. A certificate that does not verify is refused, always.
   */
  readonly secure?: boolean
  /** With it the vault's secret `secret` is the password. */
  readonly user?: string
  /** Default: `smtp-password`. */
  readonly secret?: string
  /** The sender of mails that name none. */
  readonly from: Sender
  /** A certificate authority of your own, as PEM text. */
  readonly ca?: string
  /** Most connections at once; default 4. */
  readonly connections?: number
}

/**
 * Mail through an SMTP server. SMTP cannot tell whether it has a mail already, so nothing is ever repeated in doubt; the
 * Message-ID is made of the key, to be found in the server's log. Faults: `mail.refused`, `adapter.refused`, `adapter.busy`,
 * `adapter.unreachable`, `adapter.stopped`, all of them before the server took the mail.
 */
export function smtp(options: SmtpOptions): Adapter {
  addressIn(options.from)
  const server = `${options.host}:${options.port}`
  const most = options.connections ?? 4
  return adapter(
    mail,
    {
      name: 'smtp',
      secrets: options.user === undefined ? [] : [secretOf(options)],
      timeout: minutes(5),
      concurrency: most,
      connect: (connect) => connectTo(options, most, connect),
      close: (lines: Lines) => lines.close(),
      probe: (lines, call) => probe(lines, server, call),
    },
    {
      send: {
        idempotency: 'none',
        do: async (lines, input, call) => {
          refuseWhenStopped('smtp', 'mail.send', call)
          return send(lines, server, input, await compose(input, options.from, call), call)
        },
        presume: (input, key) => ({ messageId: messageIdOf(key, input.from ?? options.from), accepted: input.to }),
      },
    },
  )
}

const secretOf = (options: SmtpOptions): string => options.secret ?? 'smtp-password'

function connectTo(options: SmtpOptions, most: number, connect: Connect): Lines {
  const secure = options.secure ?? options.port === 465
  const { user } = options
  const here = ['localhost', '127.0.0.1', '::1'].includes(options.host)
  return openLines({
    connection: {
      host: options.host,
      port: options.port,
      secure,
      requireTLS: !secure && !here,
      connectionTimeout: seconds(30),
      greetingTimeout: seconds(30),
      allowInternalNetworkInterfaces: here,
      tls: options.ca === undefined ? {} : { ca: options.ca },
    },
    login: user === undefined ? undefined : () => ({ user, pass: connect.secret(secretOf(options)) }),
    most,
    clock: connect.clock,
  })
}

async function send(lines: Lines, server: string, input: Mail, composed: Composed, call: Call): Promise<Sent> {
  for (;;) {
    const taken = { handed: false, used: false }
    try {
      return { messageId: composed.messageId, accepted: await handOver(lines, composed, call, taken) }
    } catch (error) {
      if (error instanceof Refusal) throw error
      const verdict = verdictOf(error, { server, address: input.to, handed: taken.handed })
      // An idle line on which the server hung up meanwhile says nothing about the server: a fresh one does.
      if (verdict?.code === 'adapter.unreachable' && taken.used && !call.signal.aborted) continue
      if (verdict) refuseWhenStopped('smtp', 'mail.send', call)
      if (verdict) throw new Refusal(verdict)
      throw new Error(`the connection to ${server} ended before it answered to the mail: ${reasonIn(error)}`)
    }
  }
}

async function handOver(
  lines: Lines,
  composed: Composed,
  call: Call,
  taken: { handed: boolean; used: boolean },
): Promise<string> {
  const { line, used } = await lines.take(call.signal)
  taken.used = used
  try {
    const answer = await step<{ response: string }>(line, call.signal, (done) =>
      line.send(composed.envelope, bodyOf(composed.bytes, taken), done),
    )
    lines.keep(line)
    return answer.response
  } catch (error) {
    lines.drop(line)
    throw error
  }
}

// Nodemailer reads the body only after the server has answered DATA with 354: the first read is the moment of handing over.
function bodyOf(bytes: Buffer, taken: { handed: boolean }): Readable {
  return new Readable({
    read() {
      taken.handed = true
      this.push(bytes)
      this.push(null)
    },
  })
}

async function probe(lines: Lines, server: string, call: Call): Promise<void> {
  let line: Line | undefined
  try {
    ;({ line } = await lines.take(call.signal))
    const asked = line
    await step(asked, call.signal, (done) => asked.reset(done))
    lines.keep(asked)
  } catch (error) {
    if (line) lines.drop(line)
    if (error instanceof Refusal) throw error
    const verdict = verdictOf(error, { server, address: '', handed: false })
    if (verdict) throw new Refusal(verdict)
    throw error
  }
}
