import {
  AISDKError,
  APICallError,
  InvalidResponseDataError,
  type LanguageModelV4,
  type LanguageModelV4CallOptions,
  type LanguageModelV4Content,
  type LanguageModelV4GenerateResult,
  type LanguageModelV4StreamPart,
} from '@ai-sdk/provider'
import { type Clock, type Duration, later } from '../values/time.ts'
import { answering } from './answering.ts'

/** How an answer is followed while it comes in. */
export interface Listening {
  readonly clock: Clock
  /** Longest silence once the answer has begun; before that, a model may think. */
  readonly longestGap: Duration
  /** Thrown when the gap is longer. */
  readonly silent: Error
  /** Hears each piece of the answer's text as it comes. */
  readonly heard?: (text: string) => void
}

/** An answer that ended before it was whole: the connection is gone, or the provider's last word never came. */
export class CutShort extends Error {
  constructor(why?: string) {
    super(`the answer was cut off on its way${why === undefined ? '' : ` (${why})`}`)
    this.name = 'CutShort'
  }
}

/** The same model, whose whole answers come in as streams, so that one that stalls is noticed while it does. */
export function listening(language: LanguageModelV4, how: Listening): LanguageModelV4 {
  return answering(language, (options) => hearOut(language, options, how))
}

async function hearOut(
  language: LanguageModelV4,
  options: LanguageModelV4CallOptions,
  how: Listening,
): Promise<LanguageModelV4GenerateResult> {
  const { stream, request, response } = await language.doStream(options)
  const answer = new Answer(how.heard)
  const reader = stream.getReader()
  try {
    for (;;) {
      const { done, value } = await inTime(reader.read(), how, answer.begun)
      if (done) break
      answer.take(value)
    }
  } finally {
    // Whatever is still to come is wanted by nobody.
    void reader.cancel().catch(() => undefined)
  }
  return answer.whole({ ...(request ? { request } : {}), headers: response?.headers })
}

type Read = Awaited<ReturnType<ReadableStreamDefaultReader<LanguageModelV4StreamPart>['read']>>

async function inTime(reading: Promise<Read>, { clock, longestGap, silent }: Listening, begun: boolean): Promise<Read> {
  const arrived = reading.catch((error: unknown) => {
    // A socket that breaks is no error of the SDK's.
    throw error instanceof TypeError ? new CutShort(error.message) : error
  })
  if (!begun) return arrived
  let stop = (): void => undefined
  const stalled = new Promise<never>((_resolve, reject) => {
    stop = clock.wake(later(clock.now(), longestGap), () => reject(silent))
  })
  try {
    return await Promise.race([arrived, stalled])
  } finally {
    stop()
  }
}

type Metadata = NonNullable<LanguageModelV4GenerateResult['providerMetadata']>
type Growing = Extract<LanguageModelV4Content, { type: 'text' | 'reasoning' }>

/** What has come in so far, in the order in which it began. */
class Answer {
  begun = false
  readonly #heard: Listening['heard']
  readonly #content: LanguageModelV4Content[] = []
  readonly #open = new Map<string, Growing>()
  #warnings: LanguageModelV4GenerateResult['warnings'] = []
  #response: NonNullable<LanguageModelV4GenerateResult['response']> = {}
  #finish: Extract<LanguageModelV4StreamPart, { type: 'finish' }> | undefined

  constructor(heard: Listening['heard']) {
    this.#heard = heard
  }

  take(part: LanguageModelV4StreamPart): void {
    switch (part.type) {
      case 'stream-start':
        this.#warnings = part.warnings
        return
      case 'response-metadata': {
        const { type: _type, ...known } = part
        this.#response = { ...this.#response, ...known }
        return
      }
      case 'text-start':
      case 'text-delta':
      case 'text-end':
        this.#grow('text', part)
        return
      case 'reasoning-start':
      case 'reasoning-delta':
      case 'reasoning-end':
        this.#grow('reasoning', part)
        return
      case 'finish':
        this.#finish = part
        return
      case 'error':
        throw brokenOff(part.error, this.begun)
      case 'tool-input-start':
      case 'tool-input-delta':
        this.begun = true
        return
      case 'tool-input-end':
      case 'ping':
      case 'raw':
        return
      default:
        this.begun = true
        this.#content.push(part)
    }
  }

  whole({
    request,
    headers,
  }: Pick<LanguageModelV4GenerateResult, 'request'> & { headers?: Record<string, string> | undefined }) {
    const finish = this.#finish
    if (finish === undefined || finish.finishReason.unified === 'interrupted') throw new CutShort()
    const { usage, finishReason, providerMetadata } = finish
    return {
      content: this.#content.filter((part) => part.type !== 'text' || part.text !== ''),
      finishReason,
      usage,
      warnings: this.#warnings,
      response: { ...this.#response, ...(headers ? { headers } : {}) },
      ...(request ? { request } : {}),
      ...(providerMetadata ? { providerMetadata } : {}),
    }
  }

  /** The last word on a part's metadata counts: providers sign a thought at its end. */
  #grow(type: Growing['type'], part: { id: string; delta?: string; providerMetadata?: Metadata }): void {
    const growing = this.#open.get(`${type} ${part.id}`) ?? this.#start(type, part.id)
    if (part.delta !== undefined) this.begun = true
    growing.text += part.delta ?? ''
    if (type === 'text' && part.delta !== undefined) this.#heard?.(part.delta)
    if (part.providerMetadata) growing.providerMetadata = part.providerMetadata
  }

  #start(type: Growing['type'], id: string): Growing {
    const growing: Growing = { type, text: '' }
    this.#open.set(`${type} ${id}`, growing)
    this.#content.push(growing)
    return growing
  }
}

/**
 * What providers say within a stream is a plain object as often as an error; what cannot be read is told apart by its own kind. An answer
 * that began well and lacks its end was cut.
 */
function brokenOff(error: unknown, begun: boolean): unknown {
  const lacksEnd = begun && InvalidResponseDataError.isInstance(error)
  if (AISDKError.isInstance(error) && !APICallError.isInstance(error) && !lacksEnd) return error
  const said = typeof error === 'object' && error !== null && 'message' in error ? error.message : error
  return new CutShort(String(said))
}
