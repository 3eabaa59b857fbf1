import { extname } from 'node:path'
import { parentPort, Worker, workerData } from 'node:worker_threads'
import { type Fault, fault, Refusal } from '../values/fault.ts'

type Ended = { readonly value: unknown } | { readonly fault: Fault }

/**
 * Has a module beside this one do its work in a thread of its own, for what would hold up everybody else: copying and proving a
 * whole store. `module` is its path without an ending (`./copy-thread`), from the file of `base` (`import.meta.url`); the module
 * calls `answer`. Input and result are cloned. Faults: those of the work, and `company.paused` when the signal ends it.
 */
export function aside<T>(base: string, module: string, input: unknown, signal?: AbortSignal): Promise<T> {
  // The sources end in .ts, the published package in .js.
  const url = new URL(`${module}${extname(base)}`, base)
  return new Promise<T>((resolve, reject) => {
    const stop = (): Refusal => new Refusal(fault('company.paused', { why: 'Soloist is stopping' }))
    if (signal?.aborted) return reject(stop())
    const thread = new Worker(url, { workerData: input, execArgv: [] })
    const onAbort = (): void => void thread.terminate()
    signal?.addEventListener('abort', onAbort, { once: true })
    let ended: Ended | undefined
    let broken: unknown
    thread.on('message', (message: Ended) => {
      ended = message
    })
    thread.on('error', (error) => {
      broken = error
    })
    // Only now has it let go of its files.
    thread.on('exit', () => {
      signal?.removeEventListener('abort', onAbort)
      if (ended && 'value' in ended) resolve(ended.value as T)
      else if (ended) reject(new Refusal(ended.fault))
      else reject(signal?.aborted ? stop() : (broken ?? new TypeError(`${url} ended without an answer`)))
    })
  })
}

/** What a module in a thread does with its input. What is no Refusal is a programmer's error, there and here. */
export function answer<I>(work: (input: I) => Promise<unknown>): void {
  const say = (ended: Ended): void => parentPort?.postMessage(ended)
  work(workerData as I).then(
    (value) => say({ value }),
    (error: unknown) => {
      if (!(error instanceof Refusal)) throw error
      say({ fault: error.fault })
    },
  )
}
