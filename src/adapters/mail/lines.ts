import type SMTPConnection from 'nodemailer/lib/smtp-connection'
import type { SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection'
import { type Clock, later, seconds } from '../../values/time.ts'

export type Line = SMTPConnection

export interface LineOptions {
  readonly connection: SMTPConnectionOptions
  /** Read for each new connection: a password that was mended is used at once. */
  readonly login: (() => { readonly user: string; readonly pass: string }) | undefined
  /** Most connections at once. */
  readonly most: number
  readonly clock: Clock
}

/**
 * Connections to one server, kept for the next mail. Nodemailer's own pool puts a mail on another connection when the first one
 * breaks, even after the mail was handed over; here a connection breaks together with its mail and the caller decides.
 */
export interface Lines {
  /** Waits for a free line. `used` says that it served before, so that the server may have hung up meanwhile. */
  take(signal: AbortSignal): Promise<{ readonly line: Line; readonly used: boolean }>
  /** After a whole mail: the line serves the next one. */
  keep(line: Line): void
  /** After anything else: the line is closed. */
  drop(line: Line): void
  close(): void
}

// Servers hang up after some mails (Postfix and Exchange Online: 100 by default or less); we go first.
const mailsPerLine = 50
// Shorter than any server's idle limit (RFC 5321, 4.5.3.2.7: at least 5 minutes) and long enough between two mails of a batch.
const idle = seconds(5)

/** Opens no connection before the first `take`. */
export function openLines(options: LineOptions): Lines {
  const free: Line[] = []
  const served = new Map<Line, number>()
  const waiting: (() => void)[] = []
  let busy = 0
  let closed = false

  const release = (): void => {
    busy -= 1
    waiting.shift()?.()
  }
  const hangUp = (line: Line): void => {
    served.delete(line)
    const index = free.indexOf(line)
    if (index >= 0) free.splice(index, 1)
    line.close()
  }
  return {
    async take(signal) {
      while (busy >= options.most) await turn(waiting, signal)
      busy += 1
      const line = free.pop()
      if (line) return { line, used: true }
      try {
        const fresh = await dial(options, signal)
        if (closed) fresh.close()
        served.set(fresh, 0)
        fresh.once('end', () => hangUp(fresh))
        return { line: fresh, used: false }
      } catch (error) {
        release()
        throw error
      }
    },
    keep(line) {
      const mails = (served.get(line) ?? mailsPerLine) + 1
      if (mails >= mailsPerLine) {
        hangUp(line)
      } else {
        served.set(line, mails)
        free.push(line)
        const at = later(options.clock.now(), idle)
        options.clock.wake(at, () => {
          if (served.get(line) === mails && free.includes(line)) hangUp(line)
        })
      }
      release()
    },
    drop(line) {
      hangUp(line)
      release()
    },
    close() {
      closed = true
      for (const line of [...served.keys()]) hangUp(line)
    },
  }
}

/** A step of the conversation: ends with its callback, or when the line breaks, or when `signal` aborts (the line is then closed). */
export function step<T>(
  line: Line,
  signal: AbortSignal,
  begin: (done: (error?: Error | null, result?: T) => void) => void,
) {
  return new Promise<T>((resolve, reject) => {
    const settle = (error?: Error | null, result?: T): void => {
      signal.removeEventListener('abort', stop)
      line.off('error', settle)
      line.off('end', hungUp)
      if (error) reject(error)
      else resolve(result as T)
    }
    const stop = (): void => {
      settle(new Error('stopped'))
      line.close()
    }
    const hungUp = (): void => settle(new Error('the server hung up'))
    line.on('error', settle)
    line.on('end', hungUp)
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
    else begin(settle)
  })
}

async function dial(options: LineOptions, signal: AbortSignal): Promise<Line> {
  const { default: Connection } = await import('nodemailer/lib/smtp-connection')
  const line = new Connection(options.connection)
  // A late error of a line that nobody waits for is not news: 'end' follows it, and the next mail takes another line.
  line.on('error', () => undefined)
  try {
    await step<void>(line, signal, (done) => line.connect(done))
    const { login } = options
    if (login) {
      const credentials = login()
      await step(line, signal, (done) => line.login(credentials, done))
    }
    return line
  } catch (error) {
    line.close()
    throw error
  }
}

function turn(waiting: (() => void)[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = (): void => {
      signal.removeEventListener('abort', stop)
      resolve()
    }
    const stop = (): void => {
      const index = waiting.indexOf(next)
      if (index >= 0) waiting.splice(index, 1)
      reject(new Error('stopped'))
    }
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop)
    waiting.push(next)
  })
}
