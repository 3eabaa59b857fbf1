import { fault, Refusal, refuse } from '../values/fault.ts'
import { inTime } from '../values/in-time.ts'
import type { Clock, Duration } from '../values/time.ts'

/**
 * Makes texts into vectors that are near each other where they mean alike. Optional: recall works without, and where one is configured
 * it adds words that mean alike, and moves what words have found. What it is given are texts and words of the journal, and questions,
 * without secrets.
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
  /** Lets go of what it keeps in memory; the next text takes longer then. Called when nobody has asked for a while, and at the end. */
  readonly rest?: () => void
}

/** Who is asked, and how long that may take. */
export interface Asking {
  readonly embedder: Embedder
  readonly clock: Clock
  readonly within: Duration
  /** Ends it before. */
  readonly stopped?: AbortSignal
}

/** Vectors of some texts. Fault: `embedder.failed` when it throws, takes too long, or gives what is none. */
export async function embed(asking: Asking, texts: readonly string[]): Promise<readonly Float32Array[]> {
  const { embedder } = asking
  const { name, dimensions } = embedder
  // It is the operator's own code: whatever it throws is a fault of its own, not of ours.
  const vectors = await inTime(asking, (signal) => embedder.embed(texts, signal)).catch((error: unknown) => {
    throw failed(name, error)
  })
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

function failed(embedder: string, error: unknown): Refusal {
  if (error instanceof Refusal) return error
  const text = error instanceof Error ? error.message : String(error)
  const why = text.replace(/\s+/g, ' ').trim().replace(/\.$/, '').slice(0, 300)
  return new Refusal(fault('embedder.failed', { embedder, why }))
}
