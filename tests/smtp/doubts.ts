import { messageIdOf } from '../../src/adapters/mail/compose.ts'
import { decide } from '../../src/executor/decide.ts'
import type { Kernel } from '../../src/executor/kernel.ts'
import { lettersFrom } from './letter.ts'
import type { LogEntry } from './mail-server.ts'

/** Answers each question "did this go out?" from the server's log, by Message-ID; gives how many there were. */
export async function answerDoubts(kernel: Kernel, log: readonly LogEntry[]): Promise<number> {
  const ids = new Set(log.map(({ id }) => id))
  const open = await kernel.store.read.selectFrom('gates').selectAll().where('state', '=', 'open').execute()
  for (const gate of open) {
    const [event] = await kernel.journal.at([gate.opened_seq])
    const card = event?.kind === 'gate.opened' ? event.payload?.card : undefined
    if (card?.reason !== 'doubt' || !card.effect) throw new Error(`${gate.id} asks something else: ${gate.reason}`)
    const wentOut = ids.has(messageIdOf(card.effect.key, lettersFrom))
    await decide(kernel, gate.id, wentOut ? { verdict: 'approved' } : { verdict: 'rejected', reason: 'not in the log' })
  }
  return open.length
}
