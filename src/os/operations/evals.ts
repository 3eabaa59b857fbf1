import { z } from 'zod'
import type { RunId } from '../../values/id.ts'
import { usd } from '../../values/money.ts'
import { type Operation, operation } from '../operation.ts'
import { agentName, version } from './agents.ts'
import { runId } from './fields.ts'

const evalName = z.string().min(1).max(64)
const verdict = z.enum(['passed', 'failed'])
const answers = z.enum(['models', 'recorded'])
// Ten cases of a long prompt and a long answer, of today's best model.
const usualLimit = 1

const outcome = z.object({
  run: runId,
  eval: z.string(),
  evalHash: z.string(),
  agent: z.string(),
  hash: z.string(),
  version: z.int(),
  verdict,
  missed: z.array(z.string()),
  score: z.number(),
  cost: z.int(),
  answers,
  cases: z.array(
    z.object({
      name: z.string(),
      kind: z.string().nullable(),
      score: z.number(),
      why: z.string().nullable(),
      scores: z.array(z.object({ scorer: z.string(), score: z.number(), reason: z.string() })),
    }),
  ),
  recorded: z.string().nullable(),
})

/** Putting versions of agents to the company's evals. */
export const evalOperations: readonly Operation[] = [
  operation({
    name: 'evals.list',
    kind: 'query',
    does: "Lists the evals of the company's folder, and how the folder's version of their agent did in them last.",
    http: { method: 'get', path: '/evals' },
    input: z.object({ agent: agentName.optional() }),
    output: z.object({
      items: z.array(
        z.object({
          name: z.string(),
          agent: z.string(),
          file: z.string(),
          cases: z.int(),
          newest: z.object({ version: z.int(), verdict, score: z.number(), outdated: z.boolean() }).nullable(),
        }),
      ),
    }),
    example: { agent: 'writer' },
    run: async (os, { agent }) => ({ items: [...(await os.evals.list(agent))] as unknown as never }),
  }),
  operation({
    name: 'evals.start',
    kind: 'command',
    does: 'Starts a run that puts a version of an agent to an eval: no effect, and no more money than its limit.',
    http: { method: 'post', path: '/evals/{eval}/runs' },
    input: z.object({
      eval: evalName,
      version: version.optional(),
      answers: answers.default('models'),
      record: z.boolean().default(false),
      limitUsd: z.number().min(0).max(1000).default(usualLimit),
    }),
    output: z.object({ run: runId, eval: z.string(), agent: z.string(), hash: z.string(), version: z.int() }),
    example: { eval: 'writer-tone', version: '4', answers: 'models' },
    run: (os, { limitUsd, ...wish }) => os.evals.start({ ...wish, limit: usd(limitUsd) }),
  }),
  operation({
    name: 'evals.result',
    kind: 'command',
    does: 'Scores a run of an eval that has ended, writes down what it came to, and shows it; null while it is under way.',
    http: { method: 'post', path: '/evals/results' },
    input: z.object({ run: runId }),
    output: z.object({ result: outcome.nullable() }),
    example: { run: 'run_0k3v9q2m7x' as RunId },
    run: async (os, { run }) => ({ result: (await os.evals.result(run)) as unknown as never }),
  }),
]
