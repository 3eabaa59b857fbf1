// A shorter secret would mask ordinary words.
const minMaskedLength = 4
// A number is masked when it is a whole secret of this length: shorter ones are counts and prices.
const minMaskedDigits = 8

/** Knows the values of secrets and hides them. What was a secret once stays hidden for as long as the process lives. */
export class Mask {
  readonly #names = new Map<string, string>()
  #longestFirst: readonly (readonly [value: string, name: string, escaped: string])[] = []

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
