import type { Verb } from '../invocation.ts'
import { companyVerbs } from './company.ts'
import { evalVerb } from './evals.ts'
import { gateVerbs } from './gates.ts'
import { recallVerb } from './recall.ts'
import { runVerbs } from './runs.ts'
import { testVerb } from './test.ts'

/** Verbs without a noun: what is done all day, and what is done to the company as a whole. */
export const workVerbs: readonly Verb[] = [testVerb, evalVerb, ...runVerbs, ...gateVerbs, recallVerb]
export const wholeVerbs: readonly Verb[] = companyVerbs
