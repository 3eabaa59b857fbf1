import type { Tier } from '../values/doer.ts'
import { canonical, type Json, reach } from '../values/json.ts'
import { parse, type Schema } from '../values/schema.ts'
import type { CustomScore, EvalCase, Scorer } from './evaluation.ts'

/** Says whether the answer has what the case expects: all members that it names, or those at a path (`issue.subject`). */
export function exact<I, O>(path = ''): Scorer<I, O> {
  return { kind: 'exact', path: path === '' ? [] : path.split('.') }
}

/** Says whether the answer fits a schema that is stricter than the agent's own. */
export function matchesSchema<I, O>(schema: Schema<unknown>): Scorer<I, O> {
  return { kind: 'schema', schema }
}

// A judge that is given a book of rules judges by its first page.
const longestCriteria = 4000

/**
 * Has a model judge the answer by these criteria, from 0 to 1: a task like any other, paid from the eval's budget and recorded. A judge
 * errs, and prefers what reads well: let it judge what no rule can, and more than one case. Throws a RangeError for criteria of more than
 * 4,000 characters.
 */
export function rubric<I, O>(spec: { readonly criteria: string; readonly tier?: Tier }): Scorer<I, O> {
  const { criteria, tier = 'standard' } = spec
  if (criteria.length > longestCriteria) throw new RangeError(`criteria have at most ${longestCriteria} characters`)
  return { kind: 'rubric', tier, criteria }
}

/** Scores by a function of the author's. */
export function custom<I, O>(name: string, score: CustomScore<I, O>): Scorer<I, O> {
  return { kind: 'custom', name, score }
}

/** What a scorer is called in results. */
export function scorerName(scorer: Scorer<unknown, unknown>): string {
  switch (scorer.kind) {
    case 'exact':
      return scorer.path.length === 0 ? 'exact' : `exact ${scorer.path.join('.')}`
    case 'schema':
      return 'schema'
    case 'rubric':
      return `rubric (${scorer.tier})`
    case 'custom':
      return scorer.name
    default:
      return scorer satisfies never
  }
}

/** What scorers that need no model say of an answer. Whatever a custom one throws is its reason, and scores nothing. */
export function scoreOf(
  scorer: Exclude<Scorer<unknown, unknown>, { kind: 'rubric' }>,
  { input, expect }: EvalCase<unknown, unknown>,
  output: Json,
): { readonly score: number; readonly reason: string } {
  switch (scorer.kind) {
    case 'exact':
      return compared(scorer.path, expect as Json | undefined, output)
    case 'schema': {
      const parsed = parse(scorer.schema, output)
      return parsed.ok ? { score: 1, reason: 'it fits' } : { score: 0, reason: parsed.why }
    }
    case 'custom':
      return customScore(() => scorer.score({ input, output, expect }))
    default:
      return scorer satisfies never
  }
}

function compared(path: readonly string[], expect: Json | undefined, output: Json) {
  const wanted = reach(expect, path)
  if (wanted === undefined) return { score: 0, reason: 'the case does not say what it expects there' }
  const found = reach(output, path)
  const miss = missing(wanted, found, path)
  return miss === undefined ? { score: 1, reason: 'as expected' } : { score: 0, reason: miss }
}

/** The first member of what is wanted that is not there; lists are compared whole. */
export function missing(wanted: Json, found: Json | undefined, path: readonly string[] = []): string | undefined {
  const nested = wanted !== null && typeof wanted === 'object' && !Array.isArray(wanted)
  if (!nested || found === null || typeof found !== 'object' || Array.isArray(found)) {
    if (found !== undefined && canonical(wanted) === canonical(found)) return undefined
    return `${path.join('.') || 'it'} is ${shown(found)}, not ${shown(wanted)}`
  }
  for (const [name, member] of Object.entries(wanted)) {
    const miss = missing(member as Json, (found as Readonly<Record<string, Json>>)[name], [...path, name])
    if (miss !== undefined) return miss
  }
  return undefined
}

function shown(value: Json | undefined): string {
  const text = value === undefined ? 'missing' : JSON.stringify(value)
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}

function customScore(score: () => ReturnType<CustomScore<unknown, unknown>>) {
  try {
    // Node takes the types out and does not look at them: a yes, a text or a promise comes as easily as a number.
    const given: unknown = score()
    if (given instanceof Promise) return promised(given)
    const whole = typeof given === 'object' && given !== null
    const { score: said, reason } = whole
      ? (given as { score?: unknown; reason?: unknown })
      : { score: given, reason: '' }
    if (typeof said !== 'number')
      return { score: 0, reason: `it gave ${said === undefined ? 'nothing' : shown(said as Json)}, which is no number` }
    if (!(said >= 0 && said <= 1)) return { score: 0, reason: `it gave ${said}, which is not between 0 and 1` }
    return { score: said, reason: String(reason).slice(0, longestReason) }
  } catch (error) {
    // The author's own code: its error is a finding, as a failed assertion is in a test.
    return {
      score: 0,
      reason: `it threw: ${error instanceof Error ? error.message : String(error)}`.slice(0, longestReason),
    }
  }
}

function promised(given: Promise<unknown>) {
  // Nobody waits for it; a rejection that nobody hears would end the process.
  given.catch(() => undefined)
  return { score: 0, reason: 'it gave a promise, and a score must be there at once' }
}

/** Reasons are read in a list. */
export const longestReason = 500
