import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

/** What a real SMTP server took over. */
export interface Inbox {
  readonly port: number
  readonly mails: { readonly to: string; readonly raw: string }[]
  /** Most connections that were open at once, and how many there were. */
  readonly connections: { most: number; all: number; open: number }
  close(): Promise<void>
}

/** smtp-server from npm on loopback, without TLS and password unless `options` say so. */
export async function openInbox(options: SMTPServerOptions = {}): Promise<Inbox> {
  const mails: { to: string; raw: string }[] = []
  const connections = { most: 0, all: 0, open: 0 }
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    onConnect(_session, done) {
      connections.all += 1
      connections.open += 1
      connections.most = Math.max(connections.most, connections.open)
      done()
    },
    onClose() {
      connections.open -= 1
    },
    onData(stream, session, done) {
      text(stream).then((raw) => {
        for (const to of session.envelope.rcptTo) mails.push({ to: to.address, raw })
        done(null, 'queued as 1234')
      }, done)
    },
    ...options,
  })
  server.on('error', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  const { port } = server.server.address() as AddressInfo
  return { port, mails, connections, close: () => new Promise((resolve) => server.close(() => resolve())) }
}

/** A server that answers each line by `answer`; `'die'` cuts the connection. After `354` the body goes to `answer` as `'(data)'`. */
export async function openScripted(answer: (line: string) => string | 'die'): Promise<{ port: number; close(): void }> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    let data = false
    const say = (line: string): void => {
      const words = answer(line)
      if (words === 'die') socket.destroy()
      else if (words !== '') socket.write(`${words}\r\n`)
      data = words.startsWith('354')
    }
    say('(greeting)')
    socket.on('data', (chunk) => {
      if (data) return say('(data)')
      for (const line of chunk.toString('latin1').split('\r\n')) if (line !== '') say(line)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = (): void => {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
  return { port: (server.address() as AddressInfo).port, close }
}
