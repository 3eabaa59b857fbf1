import type { Turn } from '../../models/ask.ts'
import type { ModelChoice, Models } from '../../models/model.ts'
import type { Attributes } from './span.ts'

/**
 * The semantic conventions for generative AI of OpenTelemetry, release 1.41.0 of semantic-conventions: the last one that holds them.
 * https://github.com/open-telemetry/semantic-conventions/blob/v1.41.0/docs/gen-ai/README.md
 * They go on in a repository of their own, whose first release (0.1.0) gives the metrics other names and takes the id from agents;
 * what collects traces today reads the names below. All of them are marked as in development.
 */
export const conventions = '1.41.0'

export const operations = {
  chat: 'chat',
  invokeAgent: 'invoke_agent',
  executeTool: 'execute_tool',
  invokeWorkflow: 'invoke_workflow',
} as const

/** Bounds of the buckets that the conventions ask for: tokens by powers of four, seconds from 10 ms by doubling. */
export const tokenBounds = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864]
export const durationBounds = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92]

/** A model as the conventions name it: who provides it, what it is called there, and where it is asked. */
export interface NamedModel {
  readonly provider: string
  readonly model: string
  readonly maxTokens: number | undefined
  readonly server: { readonly address: string; readonly port: number } | undefined
}

/** Names a model (`openai/gpt-5-mini`) by the config; one that stands there no more, by its name alone. */
export function namedModel(models: Models, name: string): NamedModel {
  const choice = Object.values(models)
    .flat()
    .find((one) => one.name === name)
  const [account = name, ...rest] = name.split('/')
  return {
    provider: providerOf(choice?.provider ?? account),
    model: rest.length === 0 ? name : rest.join('/'),
    maxTokens: choice?.maxOutputTokens,
    server: choice && serverOf(choice),
  }
}

/** What spans and metrics of a model call say of it alike. */
export function modelAttributes({ provider, model, server }: NamedModel): Attributes {
  return {
    'gen_ai.operation.name': operations.chat,
    'gen_ai.provider.name': provider,
    'gen_ai.request.model': model,
    'server.address': server?.address,
    'server.port': server?.port,
  }
}

// Where the conventions have a name for a provider, theirs must be used; any other keeps its own.
const wellKnown: Readonly<Record<string, string>> = { google: 'gcp.gemini', mistral: 'mistral_ai', xai: 'x_ai' }

function providerOf(account: string): string {
  return wellKnown[account] ?? account
}

function serverOf({ url }: ModelChoice): NamedModel['server'] {
  if (url === undefined || !URL.canParse(url)) return undefined
  const { hostname, port, protocol } = new URL(url)
  return { address: hostname, port: port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port) }
}

/** Why a model stopped, in the conventions' words. */
export function finishReason(finish: Turn['finish']): string {
  return finishReasons[finish] ?? finish
}

const finishReasons: Readonly<Partial<Record<Turn['finish'], string>>> = {
  'content-filter': 'content_filter',
  'tool-calls': 'tool_call',
}
