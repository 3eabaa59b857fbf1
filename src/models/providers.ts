import type { ModelChoice, Price } from './model.ts'

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
  /** `false` for a server that cannot stream its answers; where somebody waits, a stall is then noticed only at the end. Default `true`. */
  readonly streams?: boolean
}

/** A model of OpenAI, by its own API. Needs the secret `openai.key`. */
export function openai(model: string, options: ProviderOptions = {}): ModelChoice {
  return choice('openai', model, options, async (key) => {
    const { createOpenAI } = await import('@ai-sdk/openai')
    return createOpenAI({ apiKey: key, ...base(options) })(model)
  })
}

/** A model of Anthropic. Needs the secret `anthropic.key`. */
export function anthropic(model: string, options: ProviderOptions = {}): ModelChoice {
  return choice('anthropic', model, options, async (key) => {
    const { createAnthropic } = await import('@ai-sdk/anthropic')
    return createAnthropic({ apiKey: key, ...base(options) })(model)
  })
}

/** A model of Google, by the Gemini API. Needs the secret `google.key`. */
export function google(model: string, options: ProviderOptions = {}): ModelChoice {
  return choice('google', model, options, async (key) => {
    const { createGoogle } = await import('@ai-sdk/google')
    return createGoogle({ apiKey: key, ...base(options) })(model)
  })
}

/** A model behind any URL that speaks OpenAI's chat protocol. */
export function compatible(options: CompatibleOptions): ModelChoice {
  const { name, url, model, secret, structured = true, streams = true } = options
  return {
    name: `${name}/${model}`,
    provider: name,
    url,
    secrets: secret === undefined ? [] : [secret],
    price: options.price,
    maxOutputTokens: options.maxOutputTokens ?? usualOutput,
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

const usualOutput = 8192

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
    open: (reveal) => open(reveal(secret)),
  }
}

function base(options: ProviderOptions): { readonly baseURL?: string } {
  return options.url === undefined ? {} : { baseURL: options.url }
}
