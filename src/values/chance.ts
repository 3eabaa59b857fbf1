import { randomFillSync } from 'node:crypto'

// Asking for 10 bytes costs as much as asking for 4 KB (4 µs of the 30 that an event takes), so they are drawn in advance.
const drawn = Buffer.allocUnsafeSlow(4096)
let used = drawn.length

/** Random bytes fit for keys and nonces. At most 4096. */
export function chanceBytes(count: number): Uint8Array {
  if (used + count > drawn.length) {
    randomFillSync(drawn)
    used = 0
  }
  used += count
  // A copy: the next draw fills the same memory.
  return new Uint8Array(drawn.subarray(used - count, used))
}

/** Numbers in [0, 1), the same for the same seed (mulberry32), and far apart for seeds that are near. Fit for no key. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
