import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Answer, Ask } from './compete.ts'
import type { Place } from './contender.ts'

/** The process of a contender, from the bench's side. */
export interface Contestant {
  readonly pid: number
  readonly settings: readonly string[]
  ask(ask: Ask): Promise<unknown>
  /** Ends it, whatever it does. */
  kill(): Promise<void>
}

/** How a contender's process is run. */
export interface Running {
  /** A Node that no other process of this machine runs. */
  readonly node: string
  /** Ends the process at once when it is aborted. */
  readonly signal: AbortSignal
}

/** Starts a contender in a process of its own. */
export async function startContestant(file: string, place: Place, running: Running): Promise<Contestant> {
  const child = fork(join(import.meta.dirname, 'contenders', file), [JSON.stringify(place)], {
    execPath: running.node,
    signal: running.signal,
    killSignal: 'SIGKILL',
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // What a library logs is no answer of ours.
    stdio: ['ignore', 2, 2, 'ipc'],
  })
  // An aborted process is told of by an error before it ends; its end is what counts.
  child.on('error', () => undefined)
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
  try {
    const answer = await next(child, file)
    if (!('settings' in answer)) throw new Error(`${file} answers before it says that it is ready`)
    const ask = async (asked: Ask): Promise<unknown> => {
      child.send(asked)
      const given = await next(child, file)
      if (asked.what === 'close' && child.exitCode === null) await once(child, 'exit')
      return 'gave' in given ? given.gave : undefined
    }
    return { pid: child.pid ?? 0, settings: answer.settings, ask, kill }
  } catch (error) {
    await kill()
    throw error
  }
}

function next(child: ChildProcess, file: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null, signal: string | null): void => {
      reject(new Error(`${file} ended with ${code ?? signal} before it answered`))
    }
    child.once('exit', ended)
    child.once('message', (answer) => {
      child.off('exit', ended)
      resolve(answer as Answer)
    })
  })
}
