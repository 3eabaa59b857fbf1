// A shorter secret would mask ordinary words.
const minMaskedLength = 4
// A number is masked when it is a whole secret of this length: shorter ones are counts and prices.
const minMaskedDigits = 8

type Known = readonly [value: string, name: string, escaped: string]

/** Knows the values of secrets and hides them. What was a secret once stays hidden for as long as the process lives. */
export class Mask {
  readonly #names = new Map<string, string>()
  #longestFirst: readonly Known[] = []

  add(name: string, value: string): void {
    if (value.length < minMaskedLength) return
    this.#names.set(value, name)
    // One secret may be part of another: the longer one is hidden first, whole.
    this.#longestFirst = [...this.#names]
      .map(([text, known]) => [text, known, JSON.stringify(text).slice(1, -1)] as const)
      .sort(([a], [b]) => b.length - a.length)
  }

  /** The text with `[secret NAME]` for the value of each secret. */
  text(text: string): string {
    let masked = text
    for (const [value, name] of this.#longestFirst) masked = masked.replaceAll(value, `[secret ${name}]`)
    return masked
  }

  /** A text that comes in pieces, masked as it comes, whether it is JSON or not. */
  pieces(): MaskedPieces {
    return new MaskedPieces(() => this.#longestFirst)
  }

  /** The JSON text of a value, masked member by member, so that it stays JSON whatever the secrets look like. */
  json(value: unknown): string {
    const plain = JSON.stringify(value)
    return this.#mayHold(plain) ? JSON.stringify(this.#maskAll(value)) : plain
  }

  #mayHold(json: string): boolean {
    return this.#longestFirst.some(([, , escaped]) => json.includes(escaped))
  }

  #maskAll(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value)
    if (typeof value === 'number') return this.#number(value)
    if (Array.isArray(value)) return value.map((item) => this.#maskAll(item))
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [this.text(key), this.#maskAll(member)]))
  }

  #number(value: number): number | string {
    const name = String(value).length >= minMaskedDigits ? this.#names.get(String(value)) : undefined
    return name === undefined ? value : `[secret ${name}]`
  }
}

/**
 * Gives of a text that grows what may be told already. What may be the beginning of a secret is kept back until it is known what it is,
 * so that no secret gets out in two halves.
 */
export class MaskedPieces {
  readonly #known: () => readonly Known[]
  #heldBack = ''

  constructor(known: () => readonly Known[]) {
    this.#known = known
  }

  /** What may be told now that this much more is there. */
  take(piece: string): string {
    const text = this.#heldBack + piece
    const end = this.#safeEnd(text)
    this.#heldBack = text.slice(end)
    return this.#hide(text.slice(0, end))
  }

  /** What is left when no more comes. */
  rest(): string {
    const left = this.#hide(this.#heldBack)
    this.#heldBack = ''
    return left
  }

  /** Before what may yet become a secret, and before one that is there and reaches into that. */
  #safeEnd(text: string): number {
    const forms = this.#known().flatMap(([value, , escaped]) => (escaped === value ? [value] : [value, escaped]))
    let end = text.length - Math.max(0, ...forms.map((form) => begunAtEnd(text, form)))
    for (let moved = true; moved; ) {
      const before = end
      end = Math.min(end, ...forms.map((form) => startAcross(text, form, before)))
      moved = end < before
    }
    return end
  }

  #hide(text: string): string {
    let masked = text
    for (const [value, name, escaped] of this.#known()) {
      masked = masked.replaceAll(value, `[secret ${name}]`).replaceAll(escaped, `[secret ${name}]`)
    }
    return masked
  }
}

/** How much of a secret's beginning stands at the end of a text. */
function begunAtEnd(text: string, form: string): number {
  const last = text.at(-1)
  for (let length = Math.min(form.length - 1, text.length); length > 0; length -= 1) {
    if (form[length - 1] === last && text.endsWith(form.slice(0, length))) return length
  }
  return 0
}

/** Where a whole secret begins that lies across this place; the place itself when none does. */
function startAcross(text: string, form: string, place: number): number {
  const start = text.indexOf(form, Math.max(0, place - form.length + 1))
  return start === -1 ? place : Math.min(start, place)
}
