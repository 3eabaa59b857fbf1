import type { AnyAction } from '../adapters/port.ts'
import type { Agent } from '../agents/agent.ts'
import { type Loop, loopIn, nextProgress, noProgress } from '../agents/progress.ts'
import { missedAnswer, type Sighting, sightingOf } from '../agents/sighting.ts'
import { skillTools } from '../agents/skill-tools.ts'
import type { Turn } from '../models/ask.ts'
import type { ToolOutcome } from '../models/tool-answers.ts'
import { fault } from '../values/fault.ts'
import type { Json } from '../values/json.ts'
import type { Origin } from '../values/origin.ts'
import { type Attempt, recordStep } from './attempt.ts'
import type { Performed } from './ending.ts'

/** Hears each turn of a conversation, replayed ones too, and says when it is a loop. */
export interface LoopWatch {
  /** A turn that asked for tools, with what they gave. */
  used(number: number, turn: Turn, outcomes: readonly ToolOutcome[], origin: Origin): Stop | undefined
  /** A turn whose answer cannot be used. */
  missed(number: number, turn: Turn, origin: Origin): Stop | undefined
}

type Stop = Extract<Performed, { kind: 'fault' }>

/**
 * Watches one conversation. A stop is a step of its own: an operator who retries the task gives the agent another go from where it
 * stood, and what it did before is not held against it again.
 */
export function watchLoop(attempt: Attempt, agent: Agent<unknown, unknown>, prefix: string): LoopWatch {
  let progress = noProgress
  const hear = (number: number, did: readonly Sighting[], origin: Origin): Stop | undefined => {
    const key = `${prefix}loop/${number}`
    if (attempt.steps.has(key)) {
      progress = noProgress
      return undefined
    }
    for (const one of did) {
      progress = nextProgress(progress, one)
      const loop = loopIn(progress)
      if (loop) return stop(attempt, agent, { key, number, loop, origin })
    }
    return undefined
  }
  return {
    used: (number, turn, outcomes, origin) => hear(number, sightings(agent, turn, outcomes), origin),
    missed: (number, turn, origin) => hear(number, [missedAnswer(turn.text)], origin),
  }
}

function sightings({ allow }: Agent<unknown, unknown>, turn: Turn, outcomes: readonly ToolOutcome[]): Sighting[] {
  return outcomes.flatMap((outcome, index) => {
    const call = turn.toolCalls[index]
    if (!call) return []
    const action = allow.find((allowed) => allowed.name === call.name) as AnyAction | undefined
    return sightingOf({ name: call.name, input: call.input, outcome, reads: action?.risk === 'read' })
  })
}

interface Stopped {
  readonly key: string
  readonly number: number
  readonly loop: Loop
  readonly origin: Origin
}

function stop(attempt: Attempt, agent: Agent<unknown, unknown>, { key, number, loop, origin }: Stopped): Stop {
  const { task } = attempt
  const known = new Set([...agent.allow.map((action) => action.name), ...skillTools.map((tool) => tool.name)])
  const tried = triedTimes(loop)
  const told = Map.groupBy(loop.tried, ({ call }) =>
    known.has(call) || call === 'answer' ? call : 'a tool it may not use',
  )
  const listed = [...told].map(([call, times]) => `${call} ${times.length} times`).join(', ')
  const words = {
    agent: agent.name,
    turns: number,
    why: reasons[loop.why],
    tried: listed,
    task: task.id,
    run: task.run_id,
  }
  return {
    kind: 'fault',
    fault: fault('agent.looping', words),
    also: async (tx) => {
      const output: Json = { why: loop.why, turns: number, tried }
      await recordStep(tx, attempt, { key, kind: 'loop', output, origin })
    },
  }
}

// What is kept of a loop for the operator: enough to see its shape.
const mostTried = 8

function triedTimes({ tried }: Loop): Json {
  const groups = [...Map.groupBy(tried, ({ mark }) => mark).values()].slice(-mostTried)
  return groups.flatMap(([one, ...more]) => (one ? [{ call: one.call, input: one.input, times: more.length + 1 }] : []))
}

const reasons: Readonly<Record<Loop['why'], string>> = {
  same: 'it makes the same call again and again, and nothing comes of it',
  cycle: 'its calls go round in a circle',
  'nothing-new': 'none of its last calls told it anything new',
  refused: 'what it asks for is refused again and again',
  numbers: 'its calls differ only in a number and all have the same outcome',
  answer: 'it gives the same answer again, which cannot be used',
}
