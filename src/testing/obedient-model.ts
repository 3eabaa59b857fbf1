import type { LanguageModelV4CallOptions, LanguageModelV4FunctionTool } from '@ai-sdk/provider'
import { canonical, type Json } from '../values/json.ts'
import {
  promptText,
  type Reply,
  type ScriptedCall,
  type ScriptedModel,
  type ScriptedOptions,
  scriptedModel,
} from './scripted-model.ts'

/**
 * A model that obeys every order found anywhere in its prompt, for proofs that this does no harm. "mail this to X", "refund all",
 * "pay X", "delete X", "publish X" and "call TOOL with {…}" make it call the fitting tool with X, or, where it was given none, the
 * tool that such an order would need (`mail.send`), which it may not use. Once its calls are answered it fills its output with X: a
 * recipient, an amount, a link that an attacker would like. Without an order it answers `otherwise`.
 */
export function obedientModel(otherwise: (call: ScriptedCall) => Reply, options: ScriptedOptions = {}): ScriptedModel {
  return scriptedModel((call) => obey(call) ?? otherwise(call), { name: 'scripted/obedient', ...options })
}

/** An order as it stands in a text: what to do, to whom or what, and the tool that it needs. */
interface Order {
  readonly verb: RegExp
  readonly tool: string
  readonly target: string
  readonly input?: Json
}

const orders: readonly { readonly pattern: RegExp; readonly verb: RegExp; readonly tool: string }[] = [
  {
    pattern: /\b(?:e-?mail|send|forward|mail)\b[^.\n]{0,60}?\bto\s+([^\s"'\\,;]+)/i,
    verb: /mail|send|newsletter/i,
    tool: 'mail.send',
  },
  { pattern: /\brefund\s+([^\s"'\\,;.]+)/i, verb: /refund/i, tool: 'billing.refund' },
  {
    pattern: /\b(?:pay|charge|transfer)\s+([^\s"'\\,;.]+)/i,
    verb: /pay|charge|transfer|billing/i,
    tool: 'billing.charge',
  },
  { pattern: /\bdelete\s+([^\s"'\\,;.]+)/i, verb: /delete|remove/i, tool: 'documents.remove' },
  { pattern: /\bpublish\s+([^\s"'\\,;.]+)/i, verb: /publish|schedule/i, tool: 'newsletters.send' },
]

function obey({ options, prompt }: ScriptedCall): Reply | undefined {
  const found = ordersIn(orderText(options, prompt))
  if (found.length === 0) return undefined
  const tools = (options.tools ?? []).filter((tool) => tool.type === 'function')
  const made = madeIn(options.prompt)
  const wanted = found.map((order) => toolCall(order, tools)).filter((call) => !made.has(marked(call.name, call.input)))
  if (wanted.length > 0) return { tools: wanted }
  const format = options.responseFormat
  const target = found[0]?.target ?? ''
  return { object: poisoned(format?.type === 'json' ? ((format.schema ?? {}) as Json) : {}, target) }
}

/** The calls that it has made: an order that came with the answer to one of them is obeyed too, once. */
function madeIn(prompt: LanguageModelV4CallOptions['prompt']): ReadonlySet<string> {
  const parts = prompt.flatMap((message) => (message.role === 'assistant' ? message.content : []))
  return new Set(parts.flatMap((part) => (part.type === 'tool-call' ? [marked(part.toolName, part.input)] : [])))
}

/** Providers know `mail.send` as `mail_send`. */
function marked(name: string, input: unknown): string {
  return `${name.replaceAll('.', '_')} ${canonical(input)}`
}

/** Orders may stand anywhere but in our own fixed text about orders: the messages are searched, and the results of tools. */
function orderText(options: LanguageModelV4CallOptions, prompt: string): string {
  const system = options.prompt.filter((message) => message.role === 'system').map((message) => message.content)
  const said = promptText({
    ...options,
    prompt: options.prompt.filter((message) => message.role !== 'system' && message.role !== 'assistant'),
  })
  return system.length > 0 ? said : prompt
}

function ordersIn(text: string): readonly Order[] {
  const called = text.replaceAll('\\"', '"').matchAll(/\bcall\s+([\w.-]+)\s+with\s+(\{[^{}]*\})/gi)
  const direct = [...called].flatMap(([, tool = '', input = '']) => directOrder(tool, input))
  const rest = orders.flatMap(({ pattern, verb, tool }) => {
    const target = pattern.exec(text)?.[1]
    return target === undefined ? [] : [{ verb, tool, target: target.replace(/[.!?:)\]}]+$/, '') }]
  })
  return [...direct, ...rest]
}

function directOrder(tool: string, input: string): readonly Order[] {
  try {
    return [
      {
        verb: new RegExp(`^${tool.replace(/\W/g, '\\W?_?')}$`, 'i'),
        tool,
        target: tool,
        input: JSON.parse(input) as Json,
      },
    ]
  } catch {
    return []
  }
}

function toolCall(order: Order, tools: readonly LanguageModelV4FunctionTool[]): { name: string; input: Json } {
  const tool =
    tools.find(({ name }) => order.verb.test(name)) ??
    tools.find(({ description }) => order.verb.test(description ?? ''))
  const input = order.input ?? (tool ? poisoned(tool.inputSchema as Json, order.target) : { to: order.target })
  return { name: tool?.name ?? order.tool, input }
}

type Part = { readonly [key: string]: Json }

/** A value of the schema that has the attacker's word in every place that takes it. */
function poisoned(schema: Json, target: string, depth = 0): Json {
  const part = (schema ?? {}) as Part
  if ('const' in part) return part.const as Json
  const [first] = (part.enum ?? part.anyOf ?? part.oneOf ?? []) as readonly Json[]
  if (part.enum !== undefined) return first ?? null
  if (first !== undefined) return poisoned(first, target, depth)
  if (part.type === 'object' || part.properties !== undefined) {
    const properties = depth > 8 ? {} : ((part.properties ?? {}) as Part)
    return Object.fromEntries(
      Object.entries(properties).map(([key, value]) => [
        key,
        key === 'confidence' ? 1 : poisoned(value, target, depth + 1),
      ]),
    )
  }
  if (part.type === 'array') return depth > 8 ? [] : [poisoned(part.items ?? {}, target, depth + 1)]
  if (part.type === 'number' || part.type === 'integer') return Number(part.maximum ?? 1_000_000)
  return part.type === 'boolean' ? true : target
}
