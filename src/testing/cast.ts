import type { LanguageModelV4, LanguageModelV4CallOptions } from '@ai-sdk/provider'
import { promptedAgent } from '../agents/prompt.ts'
import { CallFailed } from '../models/call-failed.ts'
import type { ModelChoice, Models } from '../models/model.ts'
import { type MemoryLine, promptOf } from '../models/offline/prompt-block.ts'
import { offline } from '../models/offline.ts'
import { streamOf } from '../models/stream.ts'
import { fault, Refusal } from '../values/fault.ts'
import type { Json } from '../values/json.ts'
import type { Duration } from '../values/time.ts'
import { promptText, type Reply, scriptedModel } from './scripted-model.ts'

/** One turn that an agent was asked for, as a script and a test see it. */
export interface AgentCall {
  readonly agent: string
  /** What it was given to work on, by the names of its input. */
  readonly input: Readonly<Record<string, Json>>
  /** What the operator said when a gate returned the last try. */
  readonly comment: string | null
  /** The lines of memory that it was given, each with its mark and where it is from: `rules.md`, `gate.decided 412`. */
  readonly memory: readonly MemoryLine[]
  /** How many turns this agent was asked for before. */
  readonly index: number
  /** All text that its model sees, instructions included. */
  readonly prompt: string
}

/**
 * What an agent says in a rehearsal: a function that gives its output, or a list of replies, each used once, for what a function
 * cannot say (a confidence, tool calls, a model that fails). What a function throws, and a list that is used up, fails the test.
 */
export type AgentScript = ((call: AgentCall) => unknown) | readonly Reply[]

/** The agents of a rehearsal: those with a script say what it says, the others what the offline model makes of their input. */
export interface Cast {
  readonly models: Models
  /** Every turn so far, in order. */
  readonly calls: readonly AgentCall[]
  /** What a script threw since it was last asked for: no fault of the company, but of the test. */
  takeError(): { readonly error: unknown } | undefined
}

/** How a reply's `after` passes. */
export type PassTime = (length: Duration, signal: AbortSignal | undefined) => Promise<void>

/**
 * Puts scripts before the models of a company. Its own models keep name and price, so that costs are those of real life, and are
 * never called; models of the test's own are.
 */
export function castOf(
  scripts: Readonly<Record<string, AgentScript>>,
  given: { readonly config: Models; readonly own: Models | undefined; readonly pass: PassTime },
): Cast {
  const calls: AgentCall[] = []
  let thrown: { readonly error: unknown } | undefined
  const reply = async (call: AgentCall, model: string): Promise<Reply> => {
    try {
      return inFaults(await say(scripts[call.agent], call), model)
    } catch (error) {
      thrown ??= { error }
      // For the company it is a model that refuses: it ends the task, and the test hears of it after the act.
      return { error: new Refusal(fault('model.refused', { model, why: 'the script of the rehearsal failed' })) }
    }
  }
  const played = (choice: ModelChoice): ModelChoice => ({
    ...choice,
    secrets: given.own === undefined ? [] : choice.secrets,
    open: async (secret) => {
      const other = await (given.own === undefined ? offline() : choice).open(secret)
      return player(choice, other, async (asked) => {
        const call = callIn(asked, calls)
        if (call === undefined) return undefined
        calls.push(call)
        if (!Object.hasOwn(scripts, call.agent)) return undefined
        const { after, ...said } = await reply(call, choice.name)
        if (after !== undefined) await given.pass(after, asked.abortSignal)
        return said
      })
    },
  })
  const tiers = Object.entries(given.own ?? given.config).filter(([, choices]) => choices.length > 0)
  const models = Object.fromEntries(tiers.map(([tier, choices]) => [tier, choices.map(played)]))
  return {
    models: tiers.length === 0 ? everyTier(played(offline())) : models,
    calls,
    takeError() {
      const taken = thrown
      thrown = undefined
      return taken
    },
  }
}

function everyTier(choice: ModelChoice): Models {
  return { quality: [choice], standard: [choice], cheap: [choice] }
}

async function say(script: AgentScript | undefined, call: AgentCall): Promise<Reply> {
  if (typeof script === 'function') return { output: plain(await script(call)) }
  const reply = script?.[call.index]
  if (reply === undefined) throw new TypeError(`the script of ${call.agent} has no reply for turn ${call.index + 1}`)
  return reply
}

/** Whatever a model failed with, the company knows it as one that cannot be reached just now. */
function inFaults(reply: Reply, model: string): Reply {
  if (!('error' in reply) || reply.error instanceof Refusal) return reply
  const why = reply.error instanceof Error ? reply.error.message : String(reply.error)
  const verdict = { failure: 'down', owed: 'unknown', ofAccount: true } as const
  return { ...reply, error: new CallFailed(fault('model.unreachable', { model, why }), verdict) }
}

function plain(output: unknown): Json {
  return JSON.parse(JSON.stringify(output ?? null)) as Json
}

function callIn(asked: LanguageModelV4CallOptions, before: readonly AgentCall[]): AgentCall | undefined {
  const system = asked.prompt.find((message) => message.role === 'system')
  const agent = system === undefined ? undefined : promptedAgent(system.content)
  if (agent === undefined) return undefined
  const { inputs, comment, memory = [] } = promptOf(asked.prompt)
  const index = before.filter((call) => call.agent === agent).length
  return { agent, input: inputs as AgentCall['input'], comment, memory, index, prompt: promptText(asked) }
}

/** A model that asks the script first, and `other` where it has none. */
function player(
  choice: ModelChoice,
  other: LanguageModelV4,
  script: (asked: LanguageModelV4CallOptions) => Promise<Reply | undefined>,
): LanguageModelV4 {
  const doGenerate: LanguageModelV4['doGenerate'] = async (asked) => {
    const reply = await script(asked)
    if (reply === undefined) return other.doGenerate(asked)
    const model = await scriptedModel(() => reply, { name: choice.name }).open(() => '')
    return model.doGenerate(asked)
  }
  return { ...other, doGenerate, doStream: async (asked) => streamOf(await doGenerate(asked)) }
}
