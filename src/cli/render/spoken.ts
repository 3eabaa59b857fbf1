import type { Words } from '../../telemetry/speaking.ts'
import { JsonTexts } from './json-texts.ts'
import { plain } from './table.ts'

// A terminal of 80 columns, without the margin.
const widest = 70
const margin = ' '.repeat(10)

/** Tells what models say as it comes, in whole lines, so that what happens meanwhile may come between them. */
export class Spoken {
  readonly #say: (line: string) => void
  /** Who spoke last for each task. */
  readonly #voices = new Map<string, Voice>()
  #last: Voice | undefined

  constructor(say: (line: string) => void) {
    this.#say = say
  }

  hear({ task, name, call, model, text }: Words): void {
    const before = this.#voices.get(task)
    if (before && before.call !== call) this.end(task)
    const voice = this.#voices.get(task) ?? new Voice(call, `${name} (${model})`)
    this.#voices.set(task, voice)
    this.#tell(voice, voice.take(text))
  }

  /** A task has come to an end, or to a pause: what stood in no whole line yet is told. */
  end(task: string | null): void {
    const voice = this.#voices.get(task ?? '')
    if (!voice) return
    this.#tell(voice, voice.rest())
    this.#voices.delete(task ?? '')
  }

  #tell(voice: Voice, lines: readonly string[]): void {
    if (lines.length > 0 && this.#last !== voice) {
      this.#last = voice
      this.#say(plain(`  says    ${voice.who}`))
    }
    for (const line of lines) this.#say(plain(margin + line))
  }
}

/** What one call says, in lines. */
class Voice {
  readonly call: number
  readonly who: string
  readonly #texts = new JsonTexts()
  #line = ''

  constructor(call: number, who: string) {
    this.call = call
    this.who = who
  }

  take(text: string): string[] {
    const lines = (this.#line + this.#texts.take(text)).split('\n').flatMap(wrapped)
    this.#line = lines.pop() ?? ''
    return lines.filter((line) => line.trim() !== '')
  }

  rest(): string[] {
    const line = this.#line
    this.#line = ''
    return line.trim() === '' ? [] : [line]
  }
}

/** Broken at spaces; the last may grow yet. */
function wrapped(line: string): string[] {
  const lines: string[] = []
  let left = line
  while (left.length > widest) {
    const space = left.lastIndexOf(' ', widest)
    const end = space <= 0 ? widest : space
    lines.push(left.slice(0, end))
    left = left.slice(end).trimStart()
  }
  return [...lines, left]
}
