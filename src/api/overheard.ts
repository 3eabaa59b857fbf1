import type { Os } from '../os/os.ts'
import type { Words } from '../telemetry/speaking.ts'
import type { RunId } from '../values/id.ts'

/** What one listener has not been told yet. What a call said since is one piece, however many it came in: a slow reader gets fewer. */
export class Overheard {
  readonly #pieces = new Map<number, Words>()
  /** Hears no more. */
  readonly leave: () => void

  constructor(os: Os, run: RunId | undefined, ring: () => void) {
    this.leave = os.speaking.listen(run, (words) => {
      const before = this.#pieces.get(words.call)?.text ?? ''
      this.#pieces.set(words.call, { ...words, text: before + words.text })
      ring()
    })
  }

  take(): Words[] {
    const pieces = [...this.#pieces.values()]
    this.#pieces.clear()
    return pieces
  }
}
