// A sentence that is longer holds more than one thing, or none.
const longest = 300
const mostSentences = 400

/** The sentences of a text in its writer's own words, in order. Those that are too long are left out. */
export function sentencesIn(text: string): readonly string[] {
  return paragraphs(text)
    .flatMap((paragraph) => paragraph.split(sentenceEnd))
    .map((sentence) => sentence.replace(/\s+/g, ' ').trim())
    .filter((sentence) => sentence.length > 0 && sentence.length <= longest)
    .slice(0, mostSentences)
}

/**
 * Whether a sentence may not mean what it says: a question, a condition, a guess, a joke, a report of what others said, words in
 * quotation marks. Precision comes first: what is left out here is still found by recall.
 */
export function isDoubtful(sentence: string): boolean {
  return doubts.some((doubt) => doubt.test(sentence))
}

/** Whether a message is not meant seriously as a whole. */
export function isJoking(text: string): boolean {
  return joke.test(text)
}

// After a full stop, unless it ends an abbreviation, an initial or an ordinal ("Mr.", "e.g.", "J.", "3.").
const sentenceEnd =
  /(?<=[.!?…]["”’)]?)(?<!\b(?:mrs?|ms|dr|prof|st|no|nr|vs|ca|approx|inc|ltd|co|e\.g|i\.e|etc|\p{L}|\d)\.)\s+/iu

const doubts: readonly RegExp[] = [
  /\?/u,
  // A pair of marks, or one that another sentence closes; an apostrophe is none.
  /["“”„«»‹›]|(?<=^|\s)['‘].*['’](?=$|[\s.,!?])/u,
  /\b(?:if|unless|whether|suppose|supposing|imagine|assuming|in case|as if|as though|provided|wish)\b/iu,
  /\b(?:maybe|perhaps|possibly|probably|might|not sure|i guess|i think|i believe|i hope|i wonder|hopefully|seems?)\b/iu,
  /\b(?:said|says|saying|told|tells|wrote|writes|claim(?:s|ed)?|according to|heard|asked|asks|mentioned|thinks?|quot(?:e|es|ed|ing))\b/iu,
  /\b(?:used to|would have|could have|should have|once upon|for example|e\.g\.)/iu,
  /\b(?:yeah,? right|sure,? because|just kidding|only joking|as ever\b.*\bof course)\b/iu,
]

const joke =
  /(?:\b(?:just kidding|only joking|lol|lmao|rofl|haha\w*|jk|irony off)\b|(?:^|\s)\/s(?:$|\s)|🙄|😜|😉|🤣|😂|;-?\))/iu

function paragraphs(text: string): string[] {
  return text
    .split(/\n\s*\n|\n(?=\s*(?:[-*•]|\d+[.)])\s)/)
    .flatMap((block) => unwrapped(block))
    .filter((paragraph) => paragraph.trim() !== '')
}

// Mail programs break lines at some 72 characters. A line that is much shorter, or ends a sentence, ended where its writer ended it.
const wrappedFrom = 50

function unwrapped(block: string): string[] {
  const whole: string[] = []
  let goesOn = false
  for (const line of block.split('\n')) {
    const last = whole.at(-1)
    if (goesOn && last !== undefined) whole[whole.length - 1] = `${last} ${line.trim()}`
    else whole.push(line.trim())
    goesOn = line.trim().length >= wrappedFrom && !/[.!?:]\s*$/.test(line)
  }
  return whole
}
