import type { Vault } from '../store/vault.ts'
import type { RunId, TaskId } from '../values/id.ts'

/**
 * A piece of what a model says while somebody waits for it. Nobody may count on it: the answer may yet break off or miss its form. What it
 * came to is in the journal, and only there.
 */
export interface Words {
  readonly run: RunId
  readonly task: TaskId
  /** Of the task, in its plan. */
  readonly name: string
  /** Which call said it, counted in this process: what earlier calls for the same task said does not count any more. */
  readonly call: number
  readonly model: string
  /** What was said since the piece before, secrets masked: plain text, or a piece of a JSON object. */
  readonly text: string
}

/** What models are saying. In memory only, and gone with the end of each call. */
export interface Speaking {
  /** Hears what is said from now on, and first what calls under way have said so far; of one run, or of all. Gives the way to leave. */
  listen(run: RunId | undefined, heard: (words: Words) => void): () => void
  /** A call begins. */
  begin(about: Omit<Words, 'call' | 'text'>): Speech
}

/** One call, as it is heard. */
export interface Speech {
  say(text: string): void
  /** Says what was kept back as a secret's possible beginning. */
  end(): void
}

// An answer of 25,000 tokens; of what never ends, that much is told and remembered.
const mostTold = 100_000

export function openSpeaking(vault: Pick<Vault, 'maskPieces'>): Speaking {
  const listeners = new Set<Listener>()
  const speeches = new Set<Told>()
  let calls = 0
  return {
    listen(run, heard) {
      const listener = { run, heard }
      listeners.add(listener)
      for (const { about, text } of speeches) if (text !== '') tell([listener], { ...about, text })
      return () => listeners.delete(listener)
    },
    begin(about) {
      calls += 1
      const told: Told = { about: { ...about, call: calls }, text: '' }
      const masked = vault.maskPieces()
      speeches.add(told)
      const say = (safe: string): void => {
        const text = safe.slice(0, mostTold - told.text.length)
        if (text === '') return
        told.text += text
        tell(listeners, { ...told.about, text })
      }
      return {
        say: (text) => say(masked.take(text)),
        end() {
          say(masked.rest())
          speeches.delete(told)
        },
      }
    },
  }
}

interface Listener {
  readonly run: RunId | undefined
  readonly heard: (words: Words) => void
}

interface Told {
  readonly about: Omit<Words, 'text'>
  text: string
}

function tell(listeners: Iterable<Listener>, words: Words): void {
  for (const { run, heard } of listeners) if (run === undefined || run === words.run) heard(words)
}
