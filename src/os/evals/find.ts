import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { type AnyEvaluation, evaluationHash } from '../../agents/evaluation.ts'
import { isName } from '../../planner/name.ts'
import { Refusal, refuse } from '../../values/fault.ts'
import { contentHash } from '../../values/json.ts'
import { parse } from '../../values/schema.ts'
import { lendOwnModules } from '../own-modules.ts'

/** An eval of the company's folder. */
export interface FoundEval {
  /** Relative to the company's folder: `evals/writer.eval.ts`. */
  readonly file: string
  readonly evaluation: AnyEvaluation
  /** Of its cases, scorers and rule. */
  readonly hash: string
}

/** All evals of a company, by name; none for a folder that has no `evals/`. Fault: `eval.broken`. */
export async function findEvals(folder: string): Promise<FoundEval[]> {
  const files = globSync('evals/**/*.eval.ts', { cwd: folder }).sort()
  const found: FoundEval[] = []
  for (const file of files) found.push(...(await evalsIn(folder, file)))
  const names = new Map<string, string>()
  for (const { file, evaluation } of found) {
    const other = names.get(evaluation.name)
    if (other !== undefined) refuse('eval.broken', { file, why: `${other} has an eval called ${evaluation.name} too` })
    names.set(evaluation.name, file)
  }
  return found.sort((a, b) => (a.evaluation.name < b.evaluation.name ? -1 : 1))
}

async function evalsIn(folder: string, file: string): Promise<FoundEval[]> {
  const module = await load(folder, file)
  const evals = Object.values(module).filter(isEvaluation)
  if (evals.length === 0)
    refuse('eval.broken', { file, why: 'it exports no eval: export const tone = evaluation(writer, { … })' })
  return evals.map((evaluation) => {
    const checked = parse(shape, evaluation)
    if (!checked.ok) refuse('eval.broken', { file, why: checked.why })
    return { file, evaluation, hash: evaluationHash(evaluation) }
  })
}

async function load(folder: string, file: string): Promise<Record<string, unknown>> {
  lendOwnModules()
  const path = join(folder, file)
  // A company that works for weeks takes an eval as its file is now; Node keeps a module by its address.
  const address = `${pathToFileURL(path).href}?as=${contentHash(readFileSync(path, 'utf8')).slice(0, 16)}`
  try {
    return await import(/* @vite-ignore */ address)
  } catch (error) {
    if (error instanceof Refusal) throw error
    const [line = ''] = String(error instanceof Error ? error.message : error).split('\n')
    refuse('eval.broken', { file, why: line.trim().replace(/\.$/, '') })
  }
}

function isEvaluation(value: unknown): value is AnyEvaluation {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'evaluation'
}

// With a judge for each, as many tasks as one plan may have.
const mostCases = 100
const mostScorers = 4
const score = z.number().min(0).max(1)
const unlike = (cases: readonly { readonly name: string }[]) =>
  new Set(cases.map(({ name }) => name)).size === cases.length

const shape = z.looseObject({
  name: z.string().refine(isName, 'is no name: small letters, digits and hyphens'),
  agent: z.looseObject({ kind: z.literal('agent'), name: z.string() }),
  cases: z
    .array(
      z.looseObject({
        name: z.string().min(1).max(100),
        input: z.record(z.string(), z.unknown()),
        kind: z.string().min(1).max(100).optional(),
        tools: z.array(z.looseObject({ name: z.string() })).optional(),
        memory: z.array(z.string().max(2000)).max(100).optional(),
      }),
    )
    .min(1, 'has no case')
    .max(mostCases)
    .refine(unlike, 'has two cases of one name'),
  scorers: z
    .array(z.looseObject({ kind: z.string() }))
    .min(1, 'has no scorer')
    .max(mostScorers),
  pass: z.strictObject({
    mean: score.optional(),
    each: score.optional(),
    kinds: z.record(z.string(), score).optional(),
  }),
})
