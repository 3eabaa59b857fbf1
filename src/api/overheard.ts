import type { Os } from '../os/os.ts'
import type { Words } from '../telemetry/speaking.ts'
import type { RunId } from '../values/id.ts'

// Ten long answers. Whoever has not read for so long misses what was said meanwhile.
const mostHeld = 1_000_000

/** What one listener has not been told yet. What a call said since is one piece, however many it came in: a slow reader gets fewer. */
export class Overheard {
  readonly #pieces = new Map<number, Words>()
  #held = 0
  /** Hears no more. */
  readonly leave: () => void

  constructor({ speaking }: Pick<Os, 'speaking'>, run: RunId | undefined, ring: () => void) {
    this.leave = speaking.listen(run, (words) => {
      if (this.#held > mostHeld) this.take()
      const before = this.#pieces.get(words.call)?.text ?? ''
      this.#pieces.set(words.call, { ...words, text: before + words.text })
      this.#held += words.text.length
      ring()
    })
  }

  take(): Words[] {
    const pieces = [...this.#pieces.values()]
    this.#pieces.clear()
    this.#held = 0
    return pieces
  }
}
