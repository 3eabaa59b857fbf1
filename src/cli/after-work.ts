import type { Mode } from '../os/os.ts'
import type { RunView } from '../os/queries/run.ts'
import type { RunId } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import { formatDuration } from '../values/time.ts'
import type { Desk } from './desk.ts'
import { exit } from './exit.ts'
import type { Invocation } from './invocation.ts'
import { Progress } from './progress.ts'
import { modeLine } from './render/mode.ts'
import { waitingFor } from './render/runs.ts'
import { Spoken } from './render/spoken.ts'
import { plain } from './render/table.ts'

/** A run as it stands after the work that a command made possible, and the exit code that says so. */
export interface Worked {
  readonly run: RunView
  readonly mode: Mode
  readonly code: number
}

/** The place in the journal before a command, from where `workOn` tells what it brought about. */
export async function placeNow(desk: Desk): Promise<number> {
  return ((await desk.call('company.health', {})) as unknown as { readonly lastSeq: number }).lastSeq
}

/** Works on a run (or watches the desk that does) until nothing of it is due, with a line for each change on standard error. */
export async function workOn(desk: Desk, { world, json }: Invocation, id: RunId, after: number): Promise<Worked> {
  const before = await view(desk, id)
  const progress = new Progress(id, before.tasks, (line) => world.err(line))
  const spoken = world.isWatched && !json ? new Spoken((line) => world.err(line)) : undefined
  await desk.settle(id, after, {
    heard(event) {
      if (event.kind.startsWith('task.')) spoken?.end(event.task)
      progress.hear(event)
    },
    spoken: spoken && ((words) => spoken.hear(words)),
    waits: (length) => world.err(`  wait    ${formatDuration(length)}, then it goes on by itself (Ctrl-C: leave it)`),
    stopped: world.stopped,
  })
  const run = await view(desk, id)
  return { run, mode: (await desk.call('company.mode', {})) as unknown as Mode, code: codeOf(run) }
}

/** What the run waits for and until when, under what a command has said. */
export function sayWhatNext({ world }: Invocation, { run, mode }: Worked): void {
  world.err(`Run ${run.id} is ${run.state}.`)
  if (mode.mode === 'paused') world.err(`The company is paused: nothing is done.\nNext: soloist resume`)
  if (mode.mode === 'degraded') world.err(modeLine(mode))
  const waits = waitingFor(run, world.timeZone)
  if (waits !== undefined) world.err(waits)
  const failed = run.tasks.find((task) => task.state === 'failed' && task.fault !== null)
  if (failed?.fault) world.err(plain(`${failed.fault.code}: ${failed.fault.message}\nNext: ${failed.fault.next}`))
}

async function view(desk: Desk, run: RunId): Promise<RunView> {
  return (await desk.call('runs.show', { run } as unknown as Json)) as unknown as RunView
}

function codeOf(run: RunView): number {
  if (run.state === 'failed') return exit.fault
  return run.openGates > 0 ? exit.waits : exit.ok
}
