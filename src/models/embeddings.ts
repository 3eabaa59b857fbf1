import type { EmbeddingModel } from 'ai'
import type { Embedder } from '../memory/embedder.ts'
import { withoutKeys } from './open.ts'

/** What the SDK does not know of a model. */
export interface EmbeddingsOptions {
  /** How many numbers a vector of this model has; its card says so. */
  readonly dimensions: number
  /** Must be said, and be so: a server of your own. Embedding by a provider that is paid is refused, for nothing reserves its cost. */
  readonly price: 'free'
  /** Default: provider and model. Change it when the server's model changes under the same name: vectors are made anew. */
  readonly name?: string
}

/**
 * An embedder over any embedding model of the AI SDK, for `memory.embedder`. The server gets texts of the journal, secrets masked, and
 * each question. Faults (of the embedder, told in `recall --explain`): `model.unreachable`, `model.refused`.
 */
export function embeddings(
  model: Exclude<EmbeddingModel, string>,
  { dimensions, price, name = `${model.provider}/${model.modelId}` }: EmbeddingsOptions,
): Embedder {
  return {
    name,
    dimensions,
    price,
    async embed(texts, signal) {
      const sdk = await import('ai')
      // The SDK prints its warnings on the console, which belongs to the operator.
      Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false })
      try {
        const given = await sdk.embedMany({ model, values: [...texts], maxRetries: 0, abortSignal: signal })
        return given.embeddings.map((vector) => Float32Array.from(vector))
      } catch (caught) {
        // Every config loads this file; what knows the provider's errors is loaded with the first.
        const { modelFault } = await import('./model-fault.ts')
        throw modelFault(caught, { choice: { name }, hide: withoutKeys }, signal)
      }
    },
  }
}
