import { contentHash, type Json } from '../values/json.ts'

/** A call of a tool that was made, and what came of it. */
export interface CallMade {
  readonly name: string
  readonly input: Json
  readonly outcome: { readonly output: Json } | { readonly refused: string }
  /** True of a tool that only looks: the same call may be worth making again, for the world may have changed. */
  readonly reads: boolean
}

/** One thing that an agent did, reduced to what tells whether it was done before. */
export interface Sighting {
  readonly kind: 'read' | 'wrote' | 'refused' | 'answer'
  /** The tool's name; `answer` for an answer that cannot be used. */
  readonly call: string
  readonly input: Json
  /** The same for the same call with the same outcome, whatever the white space, the case and the time of day in it. */
  readonly mark: string
  /** The same also where only a number differs. `null` where a number is content: what is written, what is answered. */
  readonly numbered: string | null
}

/** A call as it counts. What a call that writes has answered (an id, a time) says nothing: it is the same when it writes the same. */
export function sightingOf({ name, input, outcome, reads }: CallMade): Sighting {
  const said = 'refused' in outcome ? `no: ${tidy(outcome.refused)}` : reads ? walk(outcome.output, timeless) : 'done'
  const kind = 'refused' in outcome ? 'refused' : reads ? 'read' : 'wrote'
  const mark = contentHash([name, walk(input, tidy), said])
  const numbered = kind === 'read' ? contentHash([name, walk(input, countless, () => 0), said]) : null
  return { kind, call: name, input, mark, numbered }
}

/** An answer that cannot be used, by its text. */
export function missedAnswer(text: string): Sighting {
  return { kind: 'answer', call: 'answer', input: null, mark: contentHash(['answer', tidy(text)]), numbered: null }
}

function walk(value: Json, text: (text: string) => string, number = (given: number): number => given): Json {
  if (typeof value === 'string') return text(value)
  if (typeof value === 'number') return number(value)
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map((member: Json) => walk(member, text, number))
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, walk(member as Json, text, number)]))
}

/** Without what changes no meaning: case, white space, quotes and punctuation at the ends. */
function tidy(text: string): string {
  const flat = text.toLowerCase().replace(/\s+/g, ' ')
  let [start, end] = [0, flat.length]
  while (start < end && marks.has(flat.charAt(start))) start += 1
  while (start < end && marks.has(flat.charAt(end - 1))) end -= 1
  return flat.slice(start, end)
}

// One by one: an expression for those at the end begins again at each of a hundred thousand question marks.
const marks: ReadonlySet<string> = new Set(' "\'.,;:!?()')

function countless(text: string): string {
  return tidy(text.replace(/\d+/g, '#'))
}

// "Nothing, as of 12:00:01" and "nothing, as of 12:00:07" are one answer: instants, times of the day, made-up ids.
const ofTheClock =
  /\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?|\b\d\d:\d\d:\d\d\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi

function timeless(text: string): string {
  return text.replace(ofTheClock, '~')
}
