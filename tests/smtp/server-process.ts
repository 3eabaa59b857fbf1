import { fsyncSync, openSync, writeSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'
import { systemClock } from '../../src/store/clock.ts'
import { later, milliseconds } from '../../src/values/time.ts'

// A mail server in a process of its own: `node server-process.ts LOG PORT`. What it takes over stands in its log, on disk, before it
// answers; and it takes its time over that, as real ones do, so that a sender can die while it waits for the answer.
const [log = '', port = '0'] = process.argv.slice(2)
const takingOver = milliseconds(15)
const clock = systemClock()

const file = openSync(log, 'a')

const server = new SMTPServer({
  disabledCommands: ['STARTTLS', 'AUTH'],
  onData(stream, session, done) {
    const read = (raw: string): void => {
      process.stdout.write('in hand\n')
      clock.wake(later(clock.now(), takingOver), () => {
        const id = /^Message-ID: (<.*>)\r$/im.exec(raw)?.[1] ?? ''
        for (const { address } of session.envelope.rcptTo) {
          writeSync(file, `${JSON.stringify({ to: address, id })}\n`)
          process.stdout.write('took over\n')
        }
        fsyncSync(file)
        done(null, 'queued')
      })
    }
    // A mail of which the end is missing (its sender was killed) was never taken over.
    text(stream).then(read, done)
  },
})
// A sender that is killed cuts its connections: nothing that the server needs to tell.
server.on('error', () => undefined)
server.listen(Number(port), '127.0.0.1', () => {
  const address = server.server.address()
  process.stdout.write(`listens ${typeof address === 'object' ? address?.port : ''}\n`)
})
