import { fault, Refusal, refuse } from '../values/fault.ts'
import { type Clock, type Duration, formatDuration, later } from '../values/time.ts'

/**
 * Makes texts into vectors that are near each other where they mean alike. Optional: recall works without, and where one is configured
 * it only moves what words have found. What it is given are texts of the journal, in which secrets are masked already, and questions.
 */
export interface Embedder {
  /** Names the model and all that shapes its vectors: with another name they are made anew. */
  readonly name: string
  /** How many numbers a vector has. */
  readonly dimensions: number
  /** Nobody is paid: what would cost had to be reserved before, and nothing reserves here. */
  readonly price: 'free'
  /** A vector for each text, in their order. May throw; gives up when the signal is aborted, or is not waited for any more. */
  readonly embed: (texts: readonly string[], signal: AbortSignal) => Promise<readonly Float32Array[]>
}

/** Vectors of some texts, or a fault: `embedder.failed` when it throws, takes longer than `within`, or gives what is none. */
export async function embed(
  { embedder, clock }: { readonly embedder: Embedder; readonly clock: Clock },
  texts: readonly string[],
  within: Duration,
): Promise<readonly Float32Array[]> {
  const vectors = await inTime(embedder, clock, texts, within)
  const { name, dimensions } = embedder
  if (vectors.length !== texts.length) {
    refuse('embedder.failed', { embedder: name, why: `it gave ${vectors.length} vectors for ${texts.length} texts` })
  }
  for (const vector of vectors) {
    if (vector.length !== dimensions) {
      refuse('embedder.failed', {
        embedder: name,
        why: `its vectors have ${vector.length} numbers, and the config says ${dimensions}`,
      })
    }
    if (!vector.every(Number.isFinite)) refuse('embedder.failed', { embedder: name, why: 'a vector holds no numbers' })
  }
  return vectors
}

function inTime(
  embedder: Embedder,
  clock: Clock,
  texts: readonly string[],
  within: Duration,
): Promise<readonly Float32Array[]> {
  const { name } = embedder
  const stop = new AbortController()
  return new Promise((resolve, reject) => {
    const sleep = clock.wake(later(clock.now(), within), () => {
      stop.abort()
      reject(failed(name, `it took longer than ${formatDuration(within)}`))
    })
    // It is the operator's own code: whatever it throws is a fault of its own, not of ours.
    const given = (async () => embedder.embed(texts, stop.signal))()
    given.then(resolve, (error) => reject(failed(name, error))).finally(sleep)
  })
}

function failed(embedder: string, error: unknown): Refusal {
  if (error instanceof Refusal) return error
  const text = error instanceof Error ? error.message : String(error)
  const why = text.replace(/\s+/g, ' ').trim().replace(/\.$/, '').slice(0, 300)
  return new Refusal(fault('embedder.failed', { embedder, why }))
}
