import { MessageChannel } from 'node:worker_threads'
import { operationNamed } from '../os/operations/registry.ts'
import type { Os } from '../os/os.ts'
import { eventView } from '../os/queries/events.ts'
import { showRun } from '../os/queries/run.ts'
import type { RunId } from '../values/id.ts'
import { between, type Instant, later } from '../values/time.ts'
import { type Desk, soon, type Watch } from './desk.ts'

/** The desk of a company that this process has opened. */
export function openLocalDesk(os: Os): Desk {
  return {
    call: (name, input) => operationNamed(name).perform(os, input),
    // Nothing happens here but in `idle`, so that nothing was missed since the place.
    async settle(run, _after, watch) {
      const leave = os.journal.onCommitted((event) => watch.heard(eventView(event)))
      const stopReading = watch.spoken && os.speaking.listen(run, watch.spoken)
      try {
        await work(os, run, watch)
      } finally {
        leave()
        stopReading?.()
      }
    },
    close: () => os.close(),
  }
}

async function work(os: Os, run: RunId, watch: Watch): Promise<void> {
  let stopped: Promise<void> | undefined
  for (;;) {
    await os.idle()
    const due = await dueSoon(os, run)
    if (due === undefined) return
    // From the first pause on a Ctrl-C ends the waiting, not the process: the company is closed as it should be.
    stopped ??= watch.stopped()
    watch.waits(between(os.clock.now(), due))
    if ((await untilDue(os, due, stopped)) === 'stopped') return
  }
}

/** When the run goes on by itself, if that is soon. */
async function dueSoon(os: Os, id: RunId): Promise<Instant | undefined> {
  const run = await showRun(os, id)
  if (run.state !== 'running' && run.state !== 'undoing') return undefined
  if (run.nextDue === null || run.nextDue > later(os.clock.now(), soon)) return undefined
  return (await os.mode()).mode === 'paused' ? undefined : run.nextDue
}

async function untilDue(os: Os, due: Instant, stopped: Promise<void>): Promise<'due' | 'stopped'> {
  // The wake of a clock lets the process end; a port that listens keeps it.
  const { port1 } = new MessageChannel()
  port1.on('message', () => undefined)
  let cancel: () => void = () => undefined
  const woken = new Promise<'due'>((resolve) => {
    cancel = os.clock.wake(due, () => resolve('due'))
  })
  try {
    return await Promise.race([woken, stopped.then(() => 'stopped' as const)])
  } finally {
    cancel()
    port1.close()
  }
}
