import type { JSONSchema7, ModelMessage, Output, ToolSet } from 'ai'
import type { Json } from '../values/json.ts'
import { extractJson } from './extract-json.ts'
import { type Listening, listening } from './listen.ts'
import { mostTokensIn } from './measure.ts'
import type { Cached } from './model.ts'
import { modelFault } from './model-fault.ts'
import type { OpenModel } from './open.ts'
import { cacheKey, instructions } from './prompt-cache.ts'
import { shallow } from './shallow.ts'
import { wireNames } from './tool-names.ts'

/** A tool that the model may ask for; whoever asked the question does the work. */
export interface ToolOffer {
  /** The canonical name, such as `mail.send`; providers see it as `mail_send`. */
  readonly name: string
  readonly does: string
  /** JSON Schema of its input, an object. */
  readonly input: Json
}

/** What one turn of a model is asked. Messages are JSON, so that earlier turns can come out of the journal. */
export interface Question {
  readonly system: string
  readonly messages: readonly ModelMessage[]
  readonly tools: readonly ToolOffer[]
  /** JSON Schema of the answer, an object; `null` for plain text. */
  readonly output: Json | null
  readonly maxOutputTokens: number
  readonly signal: AbortSignal
}

/** What one turn of a model gave: JSON through and through, fit for the journal and for `messages` of the next turn. */
export interface Turn {
  readonly text: string
  /** The answer, not yet checked against the schema. Absent when there is none: then `problem` says why. */
  readonly object?: Json
  readonly problem?: string
  readonly toolCalls: readonly ToolCall[]
  readonly usage: {
    readonly tokensIn: number
    readonly tokensOut: number
    readonly cached?: Cached
    readonly guessed?: true
  }
  readonly finish: 'stop' | 'length' | 'content-filter' | 'tool-calls' | 'error' | 'interrupted' | 'other'
  /** Who answered, as the provider says: a name may stand for a dated model; the id is the answer's own. */
  readonly answered?: { readonly model: string; readonly id?: string }
  /** To be sent again, before the results of the tools, in the next turn. */
  readonly responseMessages: readonly Json[]
}

export interface ToolCall {
  readonly name: string
  /** JSON, or the text as it came when it is none. Not checked against the schema of the tool. */
  readonly input: Json
  /** The provider's id: answers refer to it, and nothing else does. */
  readonly id: string
  /** Why it cannot be done as it stands: an unknown name, broken JSON. */
  readonly problem?: string
}

/**
 * One turn: one request, no retries, no tool is run. The worst case must be reserved before. With `how` the answer is followed as it comes
 * in; it is the same in the end. Ends when its signal is aborted, whatever the model does.
 * Faults (thrown): `model.unreachable`, `model.refused`, both as a `CallFailed`, and the signal's own when it is aborted with a Refusal.
 */
export async function ask(model: OpenModel, question: Question, how?: Listening): Promise<Turn> {
  const sdk = await import('ai')
  // The SDK prints its warnings on the console, which belongs to the operator.
  Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false })
  const wires = wireNames(question.tools.map((tool) => tool.name))
  const tools: ToolSet = Object.fromEntries(
    question.tools.map((tool) => [
      wires.get(tool.name) ?? tool.name,
      sdk.tool({ description: tool.does, inputSchema: sdk.jsonSchema<unknown>(tool.input as JSONSchema7) }),
    ]),
  )
  try {
    question.signal.throwIfAborted()
    const streams = how !== undefined && model.choice.streams !== false
    const answering = sdk.generateText({
      model: shallow(streams ? listening(model.language, how) : model.language),
      instructions: instructions(question.system, model.choice),
      messages: [...question.messages],
      tools,
      output: wantsJson(model, question) ? jsonOutput(sdk.Output.text(), question.output) : sdk.Output.text(),
      maxOutputTokens: question.maxOutputTokens,
      maxRetries: 0,
      abortSignal: question.signal,
      // What is replayed must be whole: a provider that keeps messages on its side would be asked for ones it forgot.
      providerOptions: { openai: { store: false, strictJsonSchema: false, promptCacheKey: cacheKey(question.system) } },
    })
    const result = await unlessStopped(question.signal, answering)
    return turn(question, result, new Map([...wires].map(([name, wire]) => [wire, name])))
  } catch (caught) {
    throw modelFault(caught, model, question.signal)
  }
}

/** Waits no longer than the signal allows: a model that does not listen to it is left to itself. */
async function unlessStopped<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let stop = (): void => undefined
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([work, stopped])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

type TextOutput = ReturnType<typeof Output.text>
type Answered = Awaited<ReturnType<typeof import('ai')['generateText']>>

/** Gemini refuses a JSON answer and tools in one request; the schema is in the prompt, so the text is read instead. */
function wantsJson({ language }: OpenModel, { output, tools }: Question): boolean {
  return output !== null && !(language.provider.startsWith('google') && tools.length > 0)
}

/** Asks for JSON by the schema, but takes any text: what does not fit is told to the model, not thrown. */
function jsonOutput(text: TextOutput, schema: Json): TextOutput {
  const responseFormat = Promise.resolve({ type: 'json', schema: schema as JSONSchema7, name: 'answer' } as const)
  return { ...text, name: 'json', responseFormat }
}

function turn(question: Question, result: Answered, names: ReadonlyMap<string, string>): Turn {
  const toolCalls = result.toolCalls.map((call): ToolCall => {
    const problem = call.invalid
      ? { problem: call.error instanceof Error ? call.error.message : 'it cannot be read' }
      : {}
    return {
      name: names.get(call.toolName) ?? call.toolName,
      input: plain(call.input),
      id: call.toolCallId,
      ...problem,
    }
  })
  const finish = result.finishReason
  const answer = question.output === null || toolCalls.length > 0 ? {} : read(result.text, finish)
  // The SDK answers broken tool calls itself, in a message of the role `tool`; here the asker answers all of them.
  const own = result.response.messages.filter((message) => message.role === 'assistant')
  return {
    text: result.text,
    ...answer,
    toolCalls,
    usage: usage(question, result),
    finish,
    answered: answered(result.response),
    responseMessages: own.map(plain),
  }
}

// The SDK makes up an id where the provider gives none; it would name nothing.
const madeUp = /^aitxt-/

function answered({ modelId, id }: Answered['response']): NonNullable<Turn['answered']> {
  return madeUp.test(id) ? { model: modelId } : { model: modelId, id }
}

function read(text: string, finish: Turn['finish']): Pick<Turn, 'object' | 'problem'> {
  const found = extractJson(text)
  if (found.ok) return { object: found.value }
  return {
    problem:
      finish === 'length' ? 'the answer was cut off at its most tokens' : `the answer cannot be read: ${found.why}`,
  }
}

/** A server that counts no tokens is taken to have used the most, so that its cost is never understated. */
function usage(question: Question, { usage: counted }: Answered): Turn['usage'] {
  const { inputTokens, outputTokens, inputTokenDetails: details } = counted
  const tokensIn = count(inputTokens) ?? mostTokensIn(question)
  const tokensOut = count(outputTokens) ?? question.maxOutputTokens
  const cached = { read: count(details.cacheReadTokens) ?? 0, written: count(details.cacheWriteTokens) ?? 0 }
  const guessed = count(inputTokens) === undefined || count(outputTokens) === undefined
  return {
    tokensIn,
    tokensOut,
    ...(cached.read + cached.written > 0 && cached.read + cached.written <= tokensIn ? { cached } : {}),
    ...(guessed ? { guessed } : {}),
  }
}

function count(tokens: number | undefined): number | undefined {
  return tokens !== undefined && Number.isSafeInteger(tokens) && tokens >= 0 ? tokens : undefined
}

function plain(value: unknown): Json {
  return JSON.parse(JSON.stringify(value ?? null)) as Json
}
