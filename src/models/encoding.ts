import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'

/** Where the code of an encoder and its weights are: paths of modules. */
export interface EncoderFiles {
  readonly encoder: string
  readonly weights: string
}

/** What the thread is asked, and what it answers. */
export interface Asked {
  readonly id: number
  readonly texts: readonly string[]
}
export type Answer =
  | { readonly id: number; readonly vectors: readonly Float32Array[] }
  | { readonly id: number; readonly why: string }

/** A thread that makes texts into vectors: what it computes holds up nobody here. */
export interface Encoding {
  /** Rejects with an Error: what the encoder says, or that the thread ended. */
  encode(texts: readonly string[]): Promise<readonly Float32Array[]>
  /** Ends the thread, and whatever is still asked of it. */
  end(): void
}

type Waiting = PromiseWithResolvers<readonly Float32Array[]>

/** Starts the thread; it loads the encoder with the first text. It keeps the process only while something is asked of it. */
export function startEncoding(files: EncoderFiles, onEnded: () => void): Encoding {
  // The sources end in .ts, the published package in .js.
  const url = new URL(`./encoding-thread${extname(import.meta.url)}`, import.meta.url)
  const thread = new Worker(url, { workerData: files, execArgv: [] })
  thread.unref()
  const waiting = new Map<number, Waiting>()
  let asked = 0
  let over = false
  const end = (error: Error): void => {
    if (over) return
    over = true
    for (const { reject } of waiting.values()) reject(error)
    onEnded()
  }
  thread.on('message', (answer: Answer) => {
    const one = waiting.get(answer.id)
    waiting.delete(answer.id)
    if (waiting.size === 0) thread.unref()
    if ('vectors' in answer) one?.resolve(answer.vectors)
    else one?.reject(new Error(answer.why))
  })
  thread.on('error', end)
  thread.on('exit', () => end(stopped()))
  return {
    encode(texts) {
      if (over) return Promise.reject(stopped())
      const one: Waiting = Promise.withResolvers()
      asked += 1
      waiting.set(asked, one)
      thread.ref()
      thread.postMessage({ id: asked, texts } satisfies Asked)
      return one.promise
    },
    end() {
      end(stopped())
      void thread.terminate()
    },
  }
}

const stopped = (): Error => new Error('its thread has ended')
