import { demandKeys, type Keys } from '../values/demand-keys.ts'
import type { BatchTerms, ModelChoice, Price } from './model.ts'

/** What may be said of a model beyond its name. */
export interface ProviderOptions {
  /** Name of the secret with the API key; default `openai.key`, `anthropic.key`, `google.key`. */
  readonly secret?: string
  /** Default `listed`: the price package knows it, or the model is refused. */
  readonly price?: Price
  /** Most tokens of one answer, reasoning included; default 8192, some 20 pages. It bounds the worst case of each call. */
  readonly maxOutputTokens?: number
  /** Another base URL, such as a proxy's. */
  readonly url?: string
  /** `false` for a proxy that cannot stream answers; where somebody waits, a stall is then noticed only at the end. Default `true`. */
  readonly streams?: boolean
}

/** What may be said of a model of a provider that has a batch API. */
export interface BatchingOptions extends ProviderOptions {
  /**
   * `true`: turns of background work wait in a batch for up to a day, at half the price (both providers' price lists, "Batch";
   * the price package tells no prices of batches). Interactive work never does.
   */
  readonly batch?: boolean
}

/** A server that speaks OpenAI's chat protocol: Ollama, llama.cpp, vLLM, LM Studio, a gateway. */
export interface CompatibleOptions {
  /** The account's name, as it shows in costs and faults: `ollama`. */
  readonly name: string
  /** `http://localhost:11434/v1`. */
  readonly url: string
  readonly model: string
  /** Must be said: nobody else knows it. `free` for a machine of your own. */
  readonly price: Exclude<Price, 'listed'>
  /** Name of the secret with the API key; none by default. */
  readonly secret?: string
  readonly maxOutputTokens?: number
  /** `false` for a server that refuses a JSON schema; the schema is in the prompt all the same. Default `true`. */
  readonly structured?: boolean
  /**
   * For a server that has OpenAI's batch API too, for `/v1/responses`: turns of background work wait there. `part` is what they cost
   * of the price above, such as 0.5.
   */
  readonly batch?: { readonly part: number }
  /** `false` for a server that cannot stream its answers; where somebody waits, a stall is then noticed only at the end. Default `true`. */
  readonly streams?: boolean
}

/** A model of OpenAI, by its own API. Needs the secret `openai.key`. */
export function openai(model: string, options: BatchingOptions = {}): ModelChoice {
  demandKeys(`Model "openai/${model}"`, options, batchingKeys)
  const account = async (key: string) => {
    const { createOpenAI } = await import('@ai-sdk/openai')
    return createOpenAI({ apiKey: key, ...base(options) })
  }
  const chosen = choice('openai', model, options, async (key) => (await account(key))(model))
  return batching(chosen, options, async (key) => (await account(key)).experimental_batch())
}

/** A model of Anthropic. Needs the secret `anthropic.key`. */
export function anthropic(model: string, options: BatchingOptions = {}): ModelChoice {
  demandKeys(`Model "anthropic/${model}"`, options, batchingKeys)
  const account = async (key: string) => {
    const { createAnthropic } = await import('@ai-sdk/anthropic')
    return createAnthropic({ apiKey: key, ...base(options) })
  }
  const chosen = choice('anthropic', model, options, async (key) => (await account(key))(model))
  return batching(chosen, options, async (key) => (await account(key)).experimental_batch())
}

/** A model of Google, by the Gemini API. Needs the secret `google.key`. */
export function google(model: string, options: ProviderOptions = {}): ModelChoice {
  demandKeys(`Model "google/${model}"`, options, providerKeys)
  return choice('google', model, options, async (key) => {
    const { createGoogle } = await import('@ai-sdk/google')
    return createGoogle({ apiKey: key, ...base(options) })(model)
  })
}

/** A model behind any URL that speaks OpenAI's chat protocol. Throws a RangeError for a URL or a price that is none. */
export function compatible(options: CompatibleOptions): ModelChoice {
  const { name, url, model, secret, structured = true, streams = true } = options
  demandCompatible(options)
  return {
    name: `${name}/${model}`,
    provider: name,
    url,
    secrets: secret === undefined ? [] : [secret],
    price: options.price,
    maxOutputTokens: options.maxOutputTokens ?? usualOutput,
    ...(options.batch === undefined ? {} : { batch: compatibleBatch(options, options.batch.part) }),
    ...(streams ? {} : { streams }),
    async open(reveal) {
      const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible')
      const key = secret === undefined ? {} : { apiKey: reveal(secret) }
      return createOpenAICompatible({
        name,
        baseURL: url,
        ...key,
        supportsStructuredOutputs: structured,
        // A stream counts its tokens only when asked to.
        includeUsage: true,
      })(model)
    },
  }
}

function demandCompatible(options: CompatibleOptions): void {
  const { name, model, url } = options
  const price: unknown = options.price
  demandKeys(`Model "${name}/${model}"`, options, compatibleKeys)
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw new RangeError(`model ${name}/${model}: its url is ${url}, and is like http://localhost:11434/v1`)
  if (price !== 'free' && (typeof price !== 'object' || price === null))
    throw new RangeError(`model ${name}/${model} has no price: write price: 'free', or what a million tokens cost`)
}

const providerKeys: Keys<ProviderOptions> = {
  secret: true,
  price: true,
  maxOutputTokens: true,
  url: true,
  streams: true,
}
const batchingKeys: Keys<BatchingOptions> = { ...providerKeys, batch: true }
const compatibleKeys: Keys<CompatibleOptions> = {
  name: true,
  url: true,
  model: true,
  price: true,
  secret: true,
  maxOutputTokens: true,
  structured: true,
  batch: true,
  streams: true,
}

function compatibleBatch({ url, secret }: CompatibleOptions, part: number): BatchTerms {
  return {
    part: demandPart(part),
    async open(reveal) {
      const { createOpenAI } = await import('@ai-sdk/openai')
      return createOpenAI({ baseURL: url, apiKey: secret === undefined ? 'none' : reveal(secret) }).experimental_batch()
    },
  }
}

/** Throws a RangeError for a part of the price that is none. */
function demandPart(part: number): number {
  if (!(part > 0 && part <= 1)) throw new RangeError(`a batch costs a part of the usual price: 0.5, not ${part}`)
  return part
}

const usualOutput = 8192
// "Batch": 50 % off input and output, in the price lists of OpenAI and of Anthropic.
const batchPart = 0.5

// The bases that the SDK's own packages ask when no other is given.
const usualUrls = {
  openai: 'https://api.openai.com/v1',
  anthropic: 'https://api.anthropic.com/v1',
  google: 'https://generativelanguage.googleapis.com/v1beta',
} as const

function choice(
  provider: keyof typeof usualUrls,
  model: string,
  options: ProviderOptions,
  open: (key: string) => ReturnType<ModelChoice['open']>,
): ModelChoice {
  const secret = options.secret ?? `${provider}.key`
  return {
    name: `${provider}/${model}`,
    provider,
    url: options.url ?? usualUrls[provider],
    secrets: [secret],
    price: options.price ?? 'listed',
    maxOutputTokens: options.maxOutputTokens ?? usualOutput,
    ...(options.streams === false ? { streams: false } : {}),
    open: (reveal) => open(reveal(secret)),
  }
}

function batching(
  chosen: ModelChoice,
  options: BatchingOptions,
  open: (key: string) => ReturnType<BatchTerms['open']>,
): ModelChoice {
  const [secret = ''] = chosen.secrets
  return options.batch ? { ...chosen, batch: { part: batchPart, open: (reveal) => open(reveal(secret)) } } : chosen
}

function base(options: ProviderOptions): { readonly baseURL?: string } {
  return options.url === undefined ? {} : { baseURL: options.url }
}
