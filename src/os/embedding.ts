import type { Kernel } from '../executor/kernel.ts'
import type { Embedder } from '../memory/embedder.ts'
import type { Vault } from '../store/vault.ts'
import { refuse } from '../values/fault.ts'
import { type Clock, type Duration, type Instant, later, minutes, seconds } from '../values/time.ts'
import type { Chore } from './chores.ts'
import type { CompanyMode } from './company-mode.ts'

export interface Lending {
  readonly mode: Pick<CompanyMode, 'now'>
  readonly vault: Pick<Vault, 'mask'>
  readonly clock: Clock
}

// A question comes soon after another, and a model takes up to a second to be loaded again.
const restsAfter = minutes(5)

/**
 * The embedder as the company lets it be asked: never while it is paused, and with every secret masked. It rests when nobody has asked it
 * for five minutes. Fault: `company.paused`.
 */
export function permitted(embedder: Embedder, { mode, vault, clock }: Lending): Embedder {
  let asked = 0
  let forget: (() => void) | undefined
  const rest = (): void => {
    forget?.()
    embedder.rest?.()
  }
  return {
    ...embedder,
    rest,
    async embed(texts, signal) {
      const now = mode.now()
      if (now.mode === 'paused') refuse('company.paused', { why: now.why })
      forget?.()
      asked += 1
      try {
        return await embedder.embed(
          texts.map((text) => vault.mask(text)),
          signal,
        )
      } finally {
        asked -= 1
        if (asked === 0) forget = clock.wake(later(clock.now(), restsAfter), rest)
      }
    },
  }
}

// A batch takes some 200 ms of a core: most of each second is for others.
const pause = seconds(1)
// What was said since is looked for so often; a question that comes before makes what it needs itself.
const lookAgain = minutes(15)

/** Makes vectors of passages, then of their words, ahead of questions, a few at a time. What does it is loaded when the first are made. */
export function embedding(kernel: Pick<Kernel, 'memory' | 'clock' | 'mode' | 'vault'>, embedder: Embedder): Chore {
  const { clock, memory, mode, vault } = kernel
  const wait = (length: Duration): void => {
    next = later(clock.now(), length)
  }
  const stopping = new AbortController()
  let after = 0
  let next: Instant | undefined
  return {
    name: 'embed',
    aside: true,
    // The end of a pause is heard by whoever wakes the chores.
    nextDue: async () => (mode().mode === 'paused' ? undefined : (next ?? clock.now())),
    async perform() {
      const { embedAhead } = await import('../memory/embed-passages.ts')
      const { passages } = memory
      await passages.catchUp()
      const asking = { embedder, clock, stopped: stopping.signal }
      const { made, upTo } = await embedAhead(passages, asking, after)
      const passed = upTo !== after
      after = upTo
      if (passed) return wait(made > 0 ? pause : seconds(0))
      // When all passages have theirs: the words that they are made of.
      const { learnWords } = await import('../memory/learn-words.ts')
      const learned = await learnWords(passages, asking, (text) => vault.mask(text))
      wait(learned.done ? lookAgain : learned.made > 0 ? pause : seconds(0))
    },
    stop: () => stopping.abort(),
  }
}
