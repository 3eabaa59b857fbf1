import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { Os } from '../os/os.ts'
import { lastSeq, listEvents } from '../os/queries/events.ts'
import { refuse } from '../values/fault.ts'
import { asId, type RunId } from '../values/id.ts'
import { later, seconds } from '../values/time.ts'

// Proxies cut a silent connection after 30 s or 60 s; nginx' default is 60 s.
const heartbeat = seconds(20)
const pageSize = 200

/**
 * The journal as server-sent events: `id` is the seq, `event` the kind. Goes on after `Last-Event-ID` (or `?after=`), else
 * with what happens from now on. Each event is read from the journal, so that none is left out and a slow reader costs no memory.
 */
export function eventStream(os: Os, stopping: AbortSignal): (context: Context) => Promise<Response> {
  return async (context) => {
    const run = runAsked(context.req.query('run'))
    const asked = context.req.header('last-event-id') ?? context.req.query('after')
    let after = asked === undefined ? await lastSeq(os) : placeIn(asked)
    const bell = new Bell(os)
    return streamSSE(context, async (stream) => {
      const stop = (): void => bell.stop()
      stream.onAbort(stop)
      stopping.addEventListener('abort', stop, { once: true })
      // The first bytes tell the client that it is connected.
      await stream.write(': connected\n\n')
      while (!bell.stopped) {
        bell.reset()
        const { items } = await listEvents(os, { after, limit: pageSize, ...(run === undefined ? {} : { run }) })
        for (const event of items) {
          await stream.writeSSE({ id: String(event.seq), event: event.kind, data: JSON.stringify(event) })
          after = event.seq
        }
        if (items.length < pageSize && !(await bell.rung())) await stream.write(': still here\n\n')
      }
      stopping.removeEventListener('abort', stop)
    })
  }
}

/** Rings when something was committed since `reset`, or when it is stopped; `rung` gives up after a heartbeat. */
class Bell {
  readonly #os: Os
  readonly #leave: () => void
  #isRung = false
  #waiting: ((rung: boolean) => void) | undefined
  stopped = false

  constructor(os: Os) {
    this.#os = os
    this.#leave = os.journal.onCommitted(() => this.#ring())
  }

  reset(): void {
    this.#isRung = false
  }

  stop(): void {
    this.stopped = true
    this.#leave()
    this.#ring()
  }

  async rung(): Promise<boolean> {
    if (this.#isRung || this.stopped) return true
    const { promise, resolve } = Promise.withResolvers<boolean>()
    this.#waiting = resolve
    const cancel = this.#os.clock.wake(later(this.#os.clock.now(), heartbeat), () => resolve(false))
    const rung = await promise
    cancel()
    return rung
  }

  #ring(): void {
    this.#isRung = true
    this.#waiting?.(true)
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
