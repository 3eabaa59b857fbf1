import type { LanguageModelV4Prompt } from '@ai-sdk/provider'
import type { Json } from '../../values/json.ts'

/** What the offline model reads of a prompt: the inputs as data, and what the operator said of the last try. */
export interface Given {
  readonly inputs: Json
  readonly comment: string | null
  /** The lines of memory that the agent was given. */
  readonly memory?: readonly MemoryLine[]
}

/** A line of memory as a prompt shows it. */
export interface MemoryLine {
  readonly mark: string
  readonly day: string | null
  readonly from: string
  readonly origin: string
  readonly text: string
}

/** Finds the Input block (and the operator's comment) in the last message of the user that has one. */
export function promptOf(prompt: LanguageModelV4Prompt): Given {
  const said = prompt
    .filter((message) => message.role === 'user')
    .map((message) => message.content.map((part) => (part.type === 'text' ? part.text : '')).join('\n'))
    .reverse()
  for (const text of said) {
    const inputs = blockAfter(text, 'Input:')
    if (inputs === undefined) continue
    const returned = blockAfter(text, "Operator's comment (follow it):")
    const memory = linesIn(blockAfter(text, 'Memory:'))
    return { inputs, comment: commentIn(returned) ?? commentIn(inputs), memory }
  }
  return { inputs: { text: said[0] ?? '' }, comment: null }
}

/** The JSON of the fence after a heading; `undefined` when there is none or it is broken. */
function blockAfter(text: string, heading: string): Json | undefined {
  const start = `${heading}\n\`\`\`json\n`
  const at = text.indexOf(start)
  const end = text.indexOf('\n```', at + start.length)
  if (at === -1 || end === -1) return undefined
  try {
    return JSON.parse(text.slice(at + start.length, end)) as Json
  } catch {
    return undefined
  }
}

function linesIn(block: Json | undefined): readonly MemoryLine[] {
  return Array.isArray(block) ? (block as unknown as readonly MemoryLine[]) : []
}

/** A `comment` at the top of the inputs is the operator's; deeper ones are data of somebody else. */
function commentIn(block: Json | undefined): string | null {
  if (block === undefined || block === null || typeof block !== 'object' || Array.isArray(block)) return null
  const { comment } = block as { readonly comment?: Json }
  return typeof comment === 'string' && comment.trim() !== '' ? comment.trim() : null
}
