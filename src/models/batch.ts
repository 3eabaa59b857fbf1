import type { LanguageModelV4, LanguageModelV4GenerateResult } from '@ai-sdk/provider'
import { type Duration, type Instant, minutes } from '../values/time.ts'
import { ask, type Question, type Turn } from './ask.ts'
import type { BatchTerms, ModelChoice } from './model.ts'
import { modelFault } from './model-fault.ts'
import { type OpenModel, openModel } from './open.ts'
import { plainUsage } from './usage.ts'

/** A model whose turns may wait in a batch. */
export type Batching = ModelChoice & { readonly batch: BatchTerms }

/**
 * A provider's batch API. `id` is the asker's own name of a turn; one turn is one batch, so that none waits for another. All faults
 * (thrown) are those of `ask`.
 */
export interface BatchDesk {
  /** Sends a turn; gives the provider's id of the batch. Whoever hears nothing asks `find` before sending it again. */
  start(id: string, question: Question): Promise<string>
  /** What became of it. The question is the one that was sent. */
  look(batch: string, id: string, question: Question): Promise<Looked>
  /** Looks for a turn that may have been sent since then, in batches that are nobody's as far as we know. */
  find(id: string, since: Instant, known: (batch: string) => Promise<boolean>, signal: AbortSignal): Promise<Found>
  /** Asks the provider to stop. What it has answered by then is there, and is paid for. */
  cancel(batch: string, signal: AbortSignal): Promise<void>
}

export type Looked =
  | { readonly state: 'waits' }
  | { readonly state: 'answered'; readonly turn: Turn }
  | { readonly state: 'lost'; readonly how: 'expired' | 'refused' | 'cancelled' }

export type Found =
  | { readonly found: string }
  /** Batches of somebody are under way, and what is in them shows only in the end. */
  | 'perhaps'
  | 'absent'

/** Providers' clocks and ours may differ by this much. */
const skew: Duration = minutes(10)
// Newest first, and one turn a batch: more than this since the last minutes is no company of one.
const mostPages = 10
const aPage = 100

/** Opens the batch API of a model. Fault (thrown): `secret.missing`. */
export async function openBatches(choice: Batching, secret: (name: string) => string): Promise<BatchDesk> {
  const model = await openModel(choice, secret)
  const desk: Desk = { model, api: await choice.batch.open(secret) }
  const guarded = async <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (caught) {
      throw modelFault(caught, model, signal)
    }
  }
  return {
    start: (id, question) => start(desk, id, question),
    look: (batch, id, question) => guarded(question.signal, () => look(desk, batch, id, question)),
    find: (id, since, known, signal) => guarded(signal, () => find(desk, id, since, known, signal)),
    cancel: (batchId, abortSignal) =>
      guarded(abortSignal, async () => void (await desk.api.doCancelBatch?.({ batchId, abortSignal }))),
  }
}

interface Desk {
  readonly model: OpenModel
  readonly api: Awaited<ReturnType<BatchTerms['open']>>
}

/** The SDK makes the request as it makes every other; instead of being asked, the model takes it into a batch. */
async function start({ model, api }: Desk, id: string, question: Question): Promise<string> {
  let batch: string | undefined
  const taking = standIn(model, async ({ abortSignal, headers: _headers, ...options }) => {
    const request = { id, type: 'text', modelId: model.language.modelId, options } as const
    const started = await api.doStartBatch({ requests: [request], ...(abortSignal ? { abortSignal } : {}) })
    batch = started.batchId
    return nothingYet
  })
  await ask(taking, question)
  if (batch === undefined) throw new TypeError(`${model.choice.name} was not asked`)
  return batch
}

async function look({ model, api }: Desk, batchId: string, id: string, question: Question): Promise<Looked> {
  const { signal: abortSignal } = question
  const status = await api.doGetBatchStatus({ batchId, abortSignal })
  if (status.status === 'pending') return { state: 'waits' }
  const line = await lineOf(api, batchId, id, abortSignal)
  if (line?.type === 'text' && line.status === 'succeeded') {
    const { result } = line
    return {
      state: 'answered',
      turn: await ask(
        standIn(model, async () => result),
        question,
      ),
    }
  }
  return { state: 'lost', how: howLost(line?.status ?? status.rawStatus) }
}

/** Neither provider can be asked for a request by its id: what is in a batch shows in its results. */
async function find({ api }: Desk, ...given: Parameters<BatchDesk['find']>): Promise<Found> {
  const [id, since, known, abortSignal] = given
  let found: Found = 'absent'
  let cursor: string | undefined
  for (let page = 0; page < mostPages; page += 1) {
    const asked = { limit: aPage, abortSignal, ...(cursor === undefined ? {} : { cursor }) }
    const { batches, nextCursor } = (await api.doListBatches?.(asked)) ?? { batches: [] }
    for (const { batchId, status, createdAt } of batches) {
      if (Date.parse(createdAt ?? '') < since - skew || (await known(batchId))) continue
      if (status === 'pending') found = 'perhaps'
      else if (await lineOf(api, batchId, id, abortSignal)) return { found: batchId }
    }
    const oldest = Date.parse(batches.at(-1)?.createdAt ?? '')
    if (nextCursor === undefined || oldest < since - skew) return found
    cursor = nextCursor
  }
  return 'perhaps'
}

async function lineOf(api: Desk['api'], batchId: string, id: string, abortSignal: AbortSignal) {
  for await (const line of await api.doGetBatchResults({ batchId, abortSignal })) if (line.id === id) return line
  return undefined
}

function standIn(model: OpenModel, doGenerate: LanguageModelV4['doGenerate']): OpenModel {
  const { provider, modelId } = model.language
  const language: LanguageModelV4 = {
    specificationVersion: 'v4',
    provider,
    modelId,
    supportedUrls: {},
    doGenerate,
    doStream: () => Promise.reject(new TypeError('a batch does not stream')),
  }
  return { ...model, language }
}

const nothingYet: LanguageModelV4GenerateResult = {
  content: [{ type: 'text', text: '' }],
  finishReason: { unified: 'stop', raw: undefined },
  usage: plainUsage(0, 0),
  warnings: [],
}

function howLost(status: string | undefined): 'expired' | 'refused' | 'cancelled' {
  return status === 'expired' || status === 'cancelled' ? status : 'refused'
}
