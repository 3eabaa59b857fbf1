import type { IncomingMessage } from 'node:http'
import type { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'

/**
 * The body of an answer, decompressed. Throws as soon as it is larger than `most` bytes, before or after decompression, so that
 * neither an endless stream nor a small archive of a huge text fills the memory.
 */
export async function bodyOf(answer: IncomingMessage, most: number, signal: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = []
  const collect = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of source) chunks.push(chunk)
  }
  const stages = decoders(answer.headers['content-encoding'] ?? '').flatMap((decoder) => [decoder, bounded(most)])
  await pipeline([answer, bounded(most), ...stages, collect], { signal })
  return Buffer.concat(chunks)
}

// After each stage, for what is compressed may hold nothing for as long as it likes: empty members of gzip, one after the other.
function bounded(most: number) {
  return async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let size = 0
    for await (const chunk of source) {
      size += chunk.length
      if (size > most) throw new Error(`its body is larger than ${most} bytes`)
      yield chunk
    }
  }
}

function decoders(encoding: string): Transform[] {
  const names = encoding
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
  if (names.length > 2) throw new Error('it is compressed more than twice')
  return names.reverse().flatMap((name) => {
    if (name === '' || name === 'identity') return []
    if (name === 'gzip' || name === 'x-gzip') return [createGunzip()]
    if (name === 'deflate') return [createInflate()]
    if (name === 'br') return [createBrotliDecompress()]
    throw new Error(`its body is in an encoding that we did not ask for (${name.slice(0, 20)})`)
  })
}
