import { createRequire } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import type { Answer, Asked, EncoderFiles } from './encoding.ts'

interface Encoder {
  readonly embed: (texts: readonly string[]) => Promise<readonly Iterable<number>[]>
}

const require = createRequire(import.meta.url)
let opened: Promise<Encoder> | undefined

parentPort?.on('message', (asked: Asked) => {
  opened ??= open(workerData as EncoderFiles)
  encode(opened, asked).then(
    (answer) => parentPort?.postMessage(answer),
    (error: unknown) => {
      const why = error instanceof Error ? error.message : String(error)
      parentPort?.postMessage({ id: asked.id, why } satisfies Answer)
    },
  )
})

async function open({ encoder, weights }: EncoderFiles): Promise<Encoder> {
  const { initModel } = require(encoder) as { initModel: (source: unknown) => Promise<Encoder> }
  const { modelSource } = require(weights) as { modelSource: unknown }
  return initModel(modelSource)
}

async function encode(opened: Promise<Encoder>, { id, texts }: Asked): Promise<Answer> {
  const model = await opened
  // Whoever asked looks at how many numbers there are, and of which kind.
  const vectors = (await model.embed(texts)).map((one) => Float32Array.from(one))
  return { id, vectors }
}
