import { stopWords } from './stop-words.ts'

/** Sentences of a text as it will be quoted: without HTML and Markdown marks, white space collapsed, of a length worth reading. */
export function sentences(text: string): readonly string[] {
  const plain = plainText(text)
  segmenter ??= new Intl.Segmenter('en', { granularity: 'sentence' })
  return [...segmenter.segment(plain)]
    .map(({ segment }) => segment.trim())
    .filter((sentence) => sentence.length >= 20 && /\p{L}{2}/u.test(sentence))
    .slice(0, mostSentences)
    .map((sentence) => (sentence.length > longestSentence ? `${cut(sentence, longestSentence)}…` : sentence))
}

/** The words that say what a text is about: no stop words of English and German, no numbers alone. */
export function terms(text: string): readonly string[] {
  return (text.toLowerCase().match(/\p{L}[\p{L}\p{N}]+/gu) ?? []).filter(
    (word) => word.length > 2 && !stopWords.has(word),
  )
}

/** Text without HTML tags and Markdown marks, in one line. */
export function plainText(text: string): string {
  return withoutCode(text)
    .replace(/<[^<>]{0,1000}>/g, ' ')
    .replace(/!?\[([^[\]]{0,500})\]\([^()\s]{0,2000}\)/g, '$1')
    .replace(/^[ \t]*(?:#{1,6}|>|[-*+]|\d+\.)[ \t]+/gm, '')
    .replace(/(\*{1,3}|_{2,3}|`{1,3})(?=\S)([^*_`\n]{1,300})\1/g, '$2')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\s]+/gu, ' ')
    .trim()
}

/** Without scripts and styles. Goes forward only: whoever opens them a hundred thousand times must not keep us busy. */
function withoutCode(text: string): string {
  const opening = /<(script|style)\b/gi
  const kept: string[] = []
  let from = 0
  for (let found = opening.exec(text); found; found = opening.exec(text)) {
    const head = text.indexOf('>', opening.lastIndex)
    if (head === -1) break
    kept.push(text.slice(from, found.index))
    const closing = new RegExp(`</${found[1]}\\s*>`, 'gi')
    closing.lastIndex = head + 1
    from = closing.test(text) ? closing.lastIndex : text.length
    opening.lastIndex = from
  }
  return [...kept, text.slice(from)].join(' ')
}

/** At most `length` UTF-16 units, ended at a word where there is one, never within a character. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text
  const whole = text.slice(0, Math.max(0, length)).replace(/[\uD800-\uDBFF]$/, '')
  const word = whole.replace(/\s+\S*$/, '')
  return word.length > length / 2 ? word : whole
}

// Made when it is first used: it takes 8 MB.
let segmenter: Intl.Segmenter | undefined
const mostSentences = 200
// Two lines of print and a half: longer ones are cut, since they are mostly lists that lost their marks.
const longestSentence = 320
