import type { Json } from '../../values/json.ts'
import type { Given, MemoryLine } from './prompt-block.ts'
import { type Quote, ranked } from './rank.ts'
import { plainText } from './sentence.ts'
import { type Source, sourcesIn } from './source.ts'
import { type Found, walk } from './walk.ts'

/** The inputs, looked at once: what can be copied, quoted and listed, and how much of it is wanted. */
export interface Matter {
  readonly found: readonly Found[]
  readonly sources: readonly Source[]
  readonly quotes: readonly Quote[]
  /** What the work is about, by the brief; empty when nothing says so. */
  readonly topic: string
  readonly comment: string | null
  /** How many quotes a digest has. */
  readonly items: number
  /** The comment that could not be followed: more than "shorter" or "longer" needs a model. */
  readonly unheeded: string | null
}

export function matterOf({ inputs, comment, memory = [] }: Given): Matter {
  const found = walk(inputs)
  const sources = sourcesIn(found)
  const topic = topicOf(found)
  const shorter = comment !== null && /\b(?:short\w*|less|fewer|brief\w*|kürzer\w*|weniger|knapper)\b/iu.test(comment)
  const longer = comment !== null && /\b(?:long\w*|more|länger\w*|mehr|ausführlich\w*)\b/iu.test(comment)
  const items = shorter === longer ? usualItems : shorter ? usualItems / 2 : usualItems * 2
  const unheeded = comment !== null && shorter === longer ? comment : null
  return { found, sources, quotes: freshFirst(ranked(sources, topic), memory), topic, comment, items, unheeded }
}

/**
 * What the company said before comes after what is new: that, and no more, can be made of memory by extracting. Its lines are never
 * quoted, for they are no sources.
 */
function freshFirst(quotes: readonly Quote[], memory: readonly MemoryLine[]): readonly Quote[] {
  const said = memory.map(({ text }) => lettersOf(text)).join(' ')
  if (said === '') return quotes
  const isSaid = ({ sentence }: Quote): boolean => said.includes(lettersOf(sentence))
  return [...quotes.filter((quote) => !isSaid(quote)), ...quotes.filter(isSaid)]
}

/** Letters and digits only: an issue shows the same sentence with marks and escapes of its own. */
function lettersOf(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '')
}

/** The text of a value in one line, for lists of what is known. */
export function shown(value: Json): string {
  return plainText(typeof value === 'string' ? value : JSON.stringify(value))
}

// A digest that is read in some two minutes.
const usualItems = 6

function topicOf(found: readonly Found[]): string {
  for (const key of ['topic', 'title', 'subject', 'theme', 'headline', 'goal']) {
    const hit = found.find(
      (each) => each.key === key && !each.listed && typeof each.value === 'string' && each.value.trim(),
    )
    if (hit) return plainText(String(hit.value))
  }
  return ''
}
