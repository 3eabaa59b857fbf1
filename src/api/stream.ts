import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { Os } from '../os/os.ts'
import { lastSeq, listEvents } from '../os/queries/events.ts'
import { refuse } from '../values/fault.ts'
import { asId, type RunId } from '../values/id.ts'
import { Bell } from './bell.ts'
import { Overheard } from './overheard.ts'

const pageSize = 200

/**
 * The journal as server-sent events: `id` is the seq, `event` the kind. Goes on after `Last-Event-ID` (or `?after=`), else
 * with what happens from now on. Each event is read from the journal, so that none is left out and a slow reader costs no memory.
 * With `?words=true` also what models say to somebody who waits, as they say it: `event: words`, without an id, and for nobody to rely on.
 */
export function eventStream(os: Os, stopping: AbortSignal): (context: Context) => Promise<Response> {
  return async (context) => {
    const run = runAsked(context.req.query('run'))
    const asked = context.req.header('last-event-id') ?? context.req.query('after')
    const wordsToo = wordsAsked(context.req.query('words'))
    let after = asked === undefined ? await lastSeq(os) : placeIn(asked)
    const bell = new Bell(os)
    const overheard = wordsToo ? new Overheard(os, run, () => bell.ring('words')) : undefined
    return streamSSE(context, async (stream) => {
      const stop = (): void => {
        bell.stop()
        overheard?.leave()
      }
      stream.onAbort(stop)
      stopping.addEventListener('abort', stop, { once: true })
      // The first bytes tell the client that it is connected.
      await stream.write(': connected\n\n')
      for (let isFull = true; !bell.stopped; ) {
        const happened = bell.reset() || isFull
        // What was said before something happened is told before it.
        for (const words of overheard?.take() ?? []) {
          await stream.writeSSE({ event: 'words', data: JSON.stringify(words) })
        }
        if (happened) {
          const { items } = await listEvents(os, { after, limit: pageSize, ...(run === undefined ? {} : { run }) })
          for (const event of items) {
            await stream.writeSSE({ id: String(event.seq), event: event.kind, data: JSON.stringify(event) })
            after = event.seq
          }
          isFull = items.length === pageSize
        }
        if (!isFull && !(await bell.rung())) await stream.write(': still here\n\n')
      }
      stopping.removeEventListener('abort', stop)
    })
  }
}

function placeIn(text: string): number {
  if (!/^\d{1,15}$/.test(text)) refuse('input.invalid', { what: 'Last-Event-ID', why: 'it is not the id of an event' })
  return Number(text)
}

function runAsked(text: string | undefined): RunId | undefined {
  if (text === undefined) return undefined
  return asId('run', text) ?? refuse('input.invalid', { what: 'run', why: 'it is not the id of a run (run_…)' })
}

function wordsAsked(text: string | undefined): boolean {
  if (text !== undefined && text !== 'true' && text !== 'false') {
    refuse('input.invalid', { what: 'words', why: 'it is neither true nor false' })
  }
  return text === 'true'
}
