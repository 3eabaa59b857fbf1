import { readFileSync } from 'node:fs'
import { z } from 'zod'

/** A line of a conversation. */
export interface Turn {
  readonly id: string
  readonly speaker: string
  readonly text: string
}

/** What was said on one day. `at` is when it began, in milliseconds since 1970. */
export interface Session {
  readonly name: string
  readonly at: number
  readonly turns: readonly Turn[]
}

/** A question and the turns that hold its answer. */
export interface Asking {
  readonly question: string
  readonly category: number
  readonly evidence: readonly string[]
}

export interface Conversation {
  readonly name: string
  readonly sessions: readonly Session[]
  readonly questions: readonly Asking[]
}

/** Reads a file of conversations with questions. Only categories 1 to 4 have answers; evidence that is not in the conversation is left out. */
export function readConversations(path: string): Conversation[] {
  return file.parse(JSON.parse(readFileSync(path, 'utf8'))).map(({ sample_id, conversation, qa }) => {
    const sessions = Object.keys(conversation)
      .filter((key) => /^session_\d+$/.test(key))
      .sort((one, other) => Number(one.slice(8)) - Number(other.slice(8)))
      .map((name) => ({
        name,
        at: spokenDate(String(conversation[`${name}_date_time`])),
        turns: turns.parse(conversation[name]).map(({ dia_id, speaker, text }) => ({ id: dia_id, speaker, text })),
      }))
    const known = new Set(sessions.flatMap((session) => session.turns.map(({ id }) => id)))
    const questions = qa
      .map(({ question, category, evidence }) => ({
        question,
        category,
        evidence: [...new Set(evidence.flatMap((ids) => ids.split(/[;\s]+/)).filter((id) => known.has(id)))],
      }))
      .filter(({ category, evidence }) => category >= 1 && category <= 4 && evidence.length > 0)
    return { name: sample_id, sessions, questions }
  })
}

const turns = z.array(z.object({ speaker: z.string(), dia_id: z.string(), text: z.string() }))
const file = z.array(
  z.object({
    sample_id: z.string(),
    conversation: z.record(z.string(), z.unknown()),
    qa: z.array(z.object({ question: z.string(), category: z.int(), evidence: z.array(z.string()).default([]) })),
  }),
)

const monthNames = 'January February March April May June July August September October November December'.split(' ')

/** `1:56 pm on 8 May, 2023`. */
function spokenDate(text: string): number {
  const [, hour, minute, half, day, month, year] = /(\d+):(\d+) ([ap]m) on (\d+) (\w+),? (\d+)/.exec(text) ?? []
  const at = Date.UTC(
    Number(year),
    monthNames.indexOf(month ?? ''),
    Number(day),
    (Number(hour) % 12) + (half === 'pm' ? 12 : 0),
    Number(minute),
  )
  if (!Number.isFinite(at)) throw new Error(`no date: ${text}`)
  return at
}
