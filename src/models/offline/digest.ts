import { type Matter, shown } from './matter.ts'
import type { Quote } from './rank.ts'
import { cut } from './sentence.ts'

/**
 * A Markdown digest of the sources: one quoted sentence an item, with its title and link; at the end the line that says how it was
 * made. Where there is nothing to quote it lists what the inputs say in figures and short words. At most `most` UTF-16 units.
 */
export function digest(matter: Matter, most: number): string {
  const note = endNote(matter, matter.quotes.length > 0)
  const lines = matter.quotes.length > 0 ? matter.quotes.slice(0, matter.items).map(quoteLine) : factLines(matter)
  const body = lines.length > 0 ? lines : ['There was nothing in the inputs to quote.']
  // Items go before the note does: a text that hides how it was made is the worse one.
  for (let count = body.length; count > 0; count -= 1) {
    const text = `${body.slice(0, count).join('\n')}\n\n${note}`
    if (text.length <= most) return text
  }
  return note.length <= most ? note : cut(shortNote, most)
}

/** Text that Markdown and HTML show as it is, whatever it was meant to do: also a bare address is no link. */
function escaped(text: string): string {
  return text
    .replace(/[\\`*_[\]<>|]/g, (mark) => (mark === '<' ? '&lt;' : mark === '>' ? '&gt;' : `\\${mark}`))
    .replace(/:(?=\/\/)|@|(?<=\bwww)\./gi, '\\$&')
    .replace(/^([#+=-]|\d+[.)])/, '\\$1')
}

const shortNote = 'Made without a model.'
const longestTitle = 200
const mostFacts = 12

function quoteLine({ sentence, source }: Quote): string {
  const link = source.url === null ? '' : ` [Source](${source.url})`
  return `- **${escaped(cut(shown(source.title), longestTitle))}** — ${escaped(sentence)}${link}`
}

function factLines({ found }: Matter): readonly string[] {
  return found
    .filter(
      ({ key, value, listed }) => key !== '' && !listed && (typeof value === 'number' || typeof value === 'string'),
    )
    .filter(({ value }) => String(value).length < longestTitle)
    .slice(0, mostFacts)
    .map(({ key, value }) => `- ${escaped(shown(key))}: ${escaped(shown(value))}`)
}

function endNote({ unheeded }: Matter, quoted: boolean): string {
  const how = quoted ? 'by extracting sentences from the sources listed' : 'from what the inputs say'
  const missed =
    unheeded === null
      ? ''
      : ` The operator's comment could not be followed without one: "${escaped(cut(shown(unheeded), longestTitle))}".`
  return `_Made without a model, ${how}._${missed}`
}
