/** Counts the tokens of a text as the models of our time do, give or take a few in a hundred. Pure. */
export type CountTokens = (text: string) => number

let loaded: Promise<CountTokens> | undefined

/**
 * The tokenizer `o200k_base`, loaded when it is first needed: its table takes some 30 MB, which an idle company must not pay.
 * A text is data here: the names of special tokens in it count as the words that they are.
 */
export function loadTokens(): Promise<CountTokens> {
  loaded ??= import('gpt-tokenizer/encoding/o200k_base').then(
    ({ countTokens }) =>
      (text) =>
        countTokens(text, { disallowedSpecial: new Set(), allowedSpecial: new Set() }),
  )
  return loaded
}
