// Some models put their JSON into a fenced block.
const beforeJson = /^\s*(`{1,3}|```\w+\s*)?$/

/**
 * The texts in a JSON object that comes in pieces, each on a line of its own after the name of its field; numbers and the like are left
 * out. A text that is no JSON stays as it is. Lenient: this is for reading along, the answer itself is checked when it is whole.
 */
export class JsonTexts {
  #form: 'open' | 'json' | 'plain' = 'open'
  #start = ''
  /** Where we are, outermost first: at a field's name, at its value, or in a list. */
  readonly #places: ('name' | 'value' | 'item')[] = []
  #string: 'none' | 'name' | 'text' = 'none'
  #escape = ''
  #name = ''

  /** What a reader is told of the next piece. */
  take(piece: string): string {
    let told = ''
    for (const char of piece) told += this.#next(char)
    return told
  }

  #next(char: string): string {
    if (this.#form === 'plain') return char
    if (this.#form === 'open') return this.#begin(char)
    return this.#string === 'none' ? this.#between(char) : this.#inside(char)
  }

  #begin(char: string): string {
    if (char === '{' || char === '[') {
      this.#form = 'json'
      return this.#between(char)
    }
    this.#start += char
    if (beforeJson.test(this.#start)) return ''
    this.#form = 'plain'
    return this.#start
  }

  #between(char: string): string {
    const last = this.#places.length - 1
    if (char === '{') this.#places.push('name')
    if (char === '[') this.#places.push('item')
    if (char === '}' || char === ']') this.#places.pop()
    if (char === ':' && this.#places[last] === 'name') this.#places[last] = 'value'
    if (char === ',' && this.#places[last] === 'value') this.#places[last] = 'name'
    if (char !== '"' || last < 0) return ''
    if (this.#places[last] === 'name') {
      this.#string = 'name'
      this.#name = ''
      return ''
    }
    this.#string = 'text'
    return this.#places[last] === 'value' ? `${this.#name}: ` : '- '
  }

  #inside(char: string): string {
    if (this.#escape !== '') return this.#escaped(char)
    if (char === '\\') {
      this.#escape = char
      return ''
    }
    if (char === '"') {
      const wasText = this.#string === 'text'
      this.#string = 'none'
      return wasText ? '\n' : ''
    }
    return this.#put(char)
  }

  #escaped(char: string): string {
    this.#escape += char
    const isUnicode = this.#escape.startsWith('\\u')
    if (isUnicode && this.#escape.length < '\\u0000'.length) return ''
    const code = this.#escape
    this.#escape = ''
    return this.#put(isUnicode ? String.fromCharCode(Number.parseInt(code.slice(2), 16) || 0) : (escapes[char] ?? char))
  }

  #put(char: string): string {
    if (this.#string === 'text') return char
    this.#name += char
    return ''
  }
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '', b: '', f: '' }
