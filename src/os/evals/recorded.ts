import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4GenerateResult } from '@ai-sdk/provider'
import { z } from 'zod'
import { promptedAgent } from '../../agents/prompt.ts'
import type { ModelChoice, Models } from '../../models/model.ts'
import { offline } from '../../models/offline.ts'
import { withoutKeys } from '../../models/open.ts'
import { streamOf } from '../../models/stream.ts'
import { fileFault } from '../../store/file-fault.ts'
import { fault, Refusal, refuse } from '../../values/fault.ts'
import { contentHash } from '../../values/json.ts'
import { parse } from '../../values/schema.ts'

/** What a model once answered to a question, by the hash of the question. */
export type Recording = Map<string, RecordedAnswer>

const recordedAnswer = z.object({
  model: z.string(),
  finishReason: z.looseObject({ unified: z.string() }),
  usage: z.looseObject({}),
  content: z.array(z.looseObject({ type: z.string() })),
})
type RecordedAnswer = z.infer<typeof recordedAnswer>
const recordingFile = z.object({ eval: z.string(), answers: z.record(z.string(), recordedAnswer) })

/** Where the answers to an eval are kept, relative to the company's folder. */
const recordingPath = (name: string): string => join('evals', 'recorded', `${name}.json`)

/** The answers that are kept of an eval; none where there is no file. Fault: `eval.broken`. */
export function readRecording(folder: string, name: string): Recording {
  const file = recordingPath(name)
  if (!existsSync(join(folder, file))) return new Map()
  const parsed = parse(recordingFile, parsedJson(file, readFileSync(join(folder, file), 'utf8')))
  if (!parsed.ok) refuse('eval.broken', { file, why: parsed.why })
  return new Map(Object.entries(parsed.value.answers))
}

/** Keeps the answers of an eval in place of those that were kept. `mask` takes secrets out. Gives the file. Fault: `store.unwritable`. */
export function writeRecording(
  folder: string,
  name: string,
  recording: Recording,
  mask: (value: unknown) => string,
): string {
  const file = recordingPath(name)
  const path = join(folder, file)
  const answers = Object.fromEntries([...recording].sort(([a], [b]) => (a < b ? -1 : 1)))
  const text = JSON.stringify(JSON.parse(mask({ eval: name, answers })), null, 1)
  try {
    mkdirSync(dirname(path), { recursive: true })
    // Whoever reads it meanwhile reads the one or the other.
    writeFileSync(`${path}.new`, `${withoutKeys(text)}\n`)
    renameSync(`${path}.new`, path)
  } catch (error) {
    throw fileFault(error, path)
  }
  return file
}

/** The company's models, whose answers are noted down as they come. */
export function recordingModels(models: Models, recording: Recording): Models {
  return eachChoice(models, (choice) => ({
    ...choice,
    open: async (secret) => {
      const language = await choice.open(secret)
      return answering(language, async (asked) => {
        const result = await language.doGenerate(asked)
        const { content, finishReason, usage } = result
        const kept = JSON.parse(JSON.stringify({ model: choice.name, content, finishReason, usage }))
        recording.set(questionHash(asked), kept)
        return result
      })
    },
  }))
}

/** Models that say what was recorded, and cost nothing. What was not recorded is `eval.not-recorded`. */
export function recordedModels(models: Models, recording: Recording): Models {
  return eachChoice(models, (choice) => ({
    name: choice.name,
    provider: 'recorded',
    secrets: [],
    price: 'free',
    maxOutputTokens: choice.maxOutputTokens,
    open: async () =>
      answering(
        { specificationVersion: 'v4', provider: 'recorded', modelId: choice.name, supportedUrls: {} },
        (asked) => replay(asked, recording),
      ),
  }))
}

function eachChoice(models: Models, made: (choice: ModelChoice) => ModelChoice): Models {
  const tiers = Object.entries(models).filter(([, choices]) => choices.length > 0)
  const stand = made(offline())
  if (tiers.length === 0) return { quality: [stand], standard: [stand], cheap: [stand] }
  return Object.fromEntries(tiers.map(([tier, choices]) => [tier, choices.map(made)]))
}

function answering(
  like: Pick<LanguageModelV4, 'specificationVersion' | 'provider' | 'modelId' | 'supportedUrls'>,
  answer: (asked: LanguageModelV4CallOptions) => Promise<LanguageModelV4GenerateResult>,
): LanguageModelV4 {
  const { specificationVersion, provider, modelId, supportedUrls } = like
  const doStream: LanguageModelV4['doStream'] = async (asked) => streamOf(await answer(asked))
  return { specificationVersion, provider, modelId, supportedUrls, doGenerate: answer, doStream }
}

async function replay(asked: LanguageModelV4CallOptions, recording: Recording): Promise<LanguageModelV4GenerateResult> {
  const known = recording.get(questionHash(asked))
  if (!known) {
    const system = asked.prompt.find((message) => message.role === 'system')?.content ?? ''
    throw new Refusal(fault('eval.not-recorded', { who: promptedAgent(system) ?? 'a model' }))
  }
  const { model, ...answer } = known
  return { ...answer, response: { modelId: model }, warnings: [] } as unknown as LanguageModelV4GenerateResult
}

/** All of a question that says what is asked, and none of how it is carried: the same for another provider, limit or machine. */
function questionHash({ prompt, tools, responseFormat }: LanguageModelV4CallOptions): string {
  return contentHash({ prompt, tools: tools ?? [], format: responseFormat ?? null })
}

function parsedJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    refuse('eval.broken', { file, why: 'it is no JSON' })
  }
}
