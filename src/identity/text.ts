import { refuse } from '../values/fault.ts'

/** Longest name of an identity, in UTF-16 units: two lines on a card. */
const maxNameLength = 200

/** A name as it is kept: NFC, trimmed. Fault: `input.invalid` for an empty or over-long one, or one that hides characters. */
export function cleanName(text: string): string {
  const name = text.normalize('NFC').trim()
  const wrong = wrongWithName(name)
  if (wrong !== undefined) refuse('input.invalid', { what: `The name "${shown(name)}"`, why: wrong })
  return name
}

/** What is wrong with a name (already trimmed), or `undefined`. */
export function wrongWithName(name: string): string | undefined {
  if (name === '') return 'it is empty'
  if (name.length > maxNameLength) return `it has ${name.length} characters; the limit is ${maxNameLength}`
  if (control.test(name)) return 'it contains control characters'
  if (bidi.test(name)) return 'it contains characters that turn the direction of text'
  return undefined
}

/** True for text with a character that nobody sees: control, format, unassigned, default-ignorable. */
export function hidesCharacters(text: string): boolean {
  return hidden.test(text)
}

/** A text from outside as a fault can show it: cut, and without what a terminal would obey. */
export function shown(text: string): string {
  const visible = text.slice(0, shownLength).replace(everyHidden, '\ufffd')
  return text.length > shownLength ? `${visible}…` : visible
}

/** A word's letters and digits in lower case: what is left of a column's name once everyone's way to write it is gone. */
export function plainWord(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
}

const shownLength = 60
const control = /\p{Cc}/u
// Names may join emoji and letters (ZWJ, ZWNJ), but not turn the direction of what follows them.
const bidi = /[\u202a-\u202e\u2066-\u2069]/u
const hidden = /[\p{C}\p{Default_Ignorable_Code_Point}]/u
const everyHidden = /[\p{C}\p{Default_Ignorable_Code_Point}]/gu
