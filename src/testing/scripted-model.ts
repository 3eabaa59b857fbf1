import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4GenerateResult } from '@ai-sdk/provider'
import type { ModelChoice, Price } from '../models/model.ts'
import { streamOf } from '../models/stream.ts'
import { wireName } from '../models/tool-names.ts'
import { plainUsage, roughTokens } from '../models/usage.ts'
import type { Json } from '../values/json.ts'
import { type Clock, type Duration, later } from '../values/time.ts'

/** One answer of a scripted model. `after` passes on the clock first; `usage` defaults to a count from the lengths. */
export type Reply = (
  | { readonly text: string }
  /** The answer of an agent: `{ output, confidence }`, confidence 0.9 unless said. */
  | { readonly output: Json; readonly confidence?: number }
  /** Any JSON, as it is. */
  | { readonly object: Json }
  | { readonly tools: readonly { readonly name: string; readonly input: Json }[]; readonly text?: string }
  /** Thrown instead of an answer. */
  | { readonly error: unknown }
) & {
  readonly after?: Duration
  readonly usage?: { readonly tokensIn: number; readonly tokensOut: number }
  /** Default `tool-calls` where it asks for tools, else `stop`; `length` is an answer that was cut off at its most tokens. */
  readonly finish?: 'length'
}

/** A call as the model saw it. `prompt` is all text of it, instructions included. */
export interface ScriptedCall {
  readonly index: number
  readonly prompt: string
  readonly options: LanguageModelV4CallOptions
}

/** Replies in order, each used once; or a function of the call. A list that is used up makes the next call fail the test. */
export type Script = readonly Reply[] | ((call: ScriptedCall) => Reply | Promise<Reply>)

/** What a scripted model is called, and what it costs. */
export interface ScriptedOptions {
  /** Default `scripted/model`; what stands before the slash is the provider. */
  readonly name?: string
  /** Default `free`. */
  readonly price?: Price
  /** Default 1000. */
  readonly maxOutputTokens?: number
  /** Needed by replies with `after`. */
  readonly clock?: Clock
}

/** A model for tests: real in all but its answers. `calls` grows with each call, also with those that throw. */
export interface ScriptedModel extends ModelChoice {
  readonly calls: readonly ScriptedCall[]
}

/** A model that answers as the script says and remembers what it was asked. */
export function scriptedModel(script: Script, options: ScriptedOptions = {}): ScriptedModel {
  const { name = 'scripted/model', price = 'free', maxOutputTokens = 1000 } = options
  const calls: ScriptedCall[] = []
  const provider = name.split('/')[0] ?? name
  const doGenerate = async (asked: LanguageModelV4CallOptions): Promise<LanguageModelV4GenerateResult> => {
    const { abortSignal: _signal, ...rest } = asked
    const call = { index: calls.length, prompt: promptText(asked), options: structuredClone(rest) }
    calls.push(call)
    const reply = typeof script === 'function' ? await script(call) : script[call.index]
    if (reply === undefined) throw new TypeError(`the script of ${name} has no reply for call ${call.index + 1}`)
    if (reply.after !== undefined) await pause(options.clock, reply.after, asked.abortSignal)
    if ('error' in reply) throw reply.error
    return result(reply, call)
  }
  const language: LanguageModelV4 = {
    specificationVersion: 'v4',
    provider,
    modelId: name,
    supportedUrls: {},
    doGenerate,
    doStream: async (asked) => streamOf(await doGenerate(asked)),
  }
  return { name, provider, secrets: [], price, maxOutputTokens, calls, open: async () => language }
}

/** All text of a prompt, in order: instructions, messages, tool calls and their results. */
export function promptText({ prompt }: LanguageModelV4CallOptions): string {
  return prompt
    .flatMap((message) => {
      if (message.role === 'system') return [message.content]
      return message.content.map((part) => {
        if (part.type === 'text') return part.text
        return JSON.stringify('output' in part ? part.output : 'input' in part ? part.input : part)
      })
    })
    .join('\n\n')
}

function result(reply: Exclude<Reply, { error: unknown }>, call: ScriptedCall): LanguageModelV4GenerateResult {
  const text = replyText(reply)
  const tools = 'tools' in reply ? reply.tools : []
  const usage = reply.usage ?? { tokensIn: roughTokens(call.prompt), tokensOut: roughTokens(JSON.stringify(reply)) }
  return {
    content: [
      ...(text === '' ? [] : [{ type: 'text' as const, text }]),
      ...tools.map(({ name, input }, index) => ({
        type: 'tool-call' as const,
        toolCallId: `call-${call.index}-${index}`,
        toolName: wireName(name),
        input: JSON.stringify(input),
      })),
    ],
    finishReason: { unified: reply.finish ?? (tools.length > 0 ? 'tool-calls' : 'stop'), raw: undefined },
    usage: plainUsage(usage.tokensIn, usage.tokensOut),
    warnings: [],
  }
}

function replyText(reply: Exclude<Reply, { error: unknown }>): string {
  if ('text' in reply) return reply.text ?? ''
  if ('object' in reply) return JSON.stringify(reply.object)
  return 'output' in reply ? JSON.stringify({ output: reply.output, confidence: reply.confidence ?? 0.9 }) : ''
}

function pause(clock: Clock | undefined, length: Duration, signal: AbortSignal | undefined): Promise<void> {
  if (!clock) throw new TypeError('a reply with `after` needs the option `clock`')
  return new Promise((resolve, reject) => {
    const cancel = clock.wake(later(clock.now(), length), resolve)
    signal?.addEventListener('abort', () => {
      cancel()
      reject(signal.reason)
    })
  })
}
