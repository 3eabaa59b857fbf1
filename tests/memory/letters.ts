import type { Embedder } from '../../src/memory/embedder.ts'

/** An embedder that knows how words are written: texts that share runs of three letters are near each other. The same text, the same vector. */
export function lettersEmbedder(more: Partial<Embedder> = {}): Embedder & { readonly given: string[] } {
  const given: string[] = []
  return {
    name: 'test/letters',
    dimensions: 256,
    price: 'free',
    async embed(texts) {
      given.push(...texts)
      return texts.map(vectorOf)
    },
    given,
    ...more,
  }
}

function vectorOf(text: string): Float32Array {
  const vector = new Float32Array(256)
  const plain = ` ${text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ')} `
  for (let at = 0; at + 3 <= plain.length; at += 1) {
    const place = hashOf(plain.slice(at, at + 3)) % 256
    vector[place] = (vector[place] ?? 0) + 1
  }
  return vector
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0
  return hash
}
