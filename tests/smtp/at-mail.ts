import { text } from 'node:stream/consumers'
import type { SMTPServerOptions } from 'smtp-server'

/** Takes mails, and does something while it takes the nth, before it answers. */
export function atMail(nth: number, then: () => unknown) {
  const begun = new Set<string>()
  const mails: string[] = []
  const ids: string[] = []
  let count = 0
  const onData: SMTPServerOptions['onData'] = (stream, session, done) => {
    const to = session.envelope.rcptTo.map(({ address }) => address)
    for (const address of to) begun.add(address)
    const take = async (): Promise<void> => {
      const raw = await text(stream)
      count += 1
      if (count === nth) await then()
      mails.push(...to)
      ids.push(/^Message-ID: (<.*>)\r$/im.exec(raw)?.[1] ?? '')
      done(null, 'queued')
    }
    take().catch(done)
  }
  return { begun, mails, ids, onData }
}
