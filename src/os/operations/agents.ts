import { z } from 'zod'
import type { Json } from '../../values/json.ts'
import { type Operation, operation } from '../operation.ts'
import { diffAgent, listAgents, showAgent } from '../queries/agents.ts'
import { json, runId } from './fields.ts'
import { trialView } from './trial-views.ts'

export const agentName = z.string().min(1).max(100)
/** `4`, or the first digits of a hash. */
export const version = z
  .string()
  .regex(/^[0-9a-f]{1,64}$/, 'is not the number of a version, or the first digits of its hash')
export const versionView = z.object({
  version: z.int(),
  hash: z.string(),
  inFolder: z.boolean(),
  published: z.boolean(),
  share: z.int(),
  withdrawn: z.boolean(),
})

/** Agents and their versions. */
export const agentOperations: readonly Operation[] = [
  operation({
    name: 'agents.list',
    kind: 'query',
    does: 'Lists the agents of the company, and which versions take new runs.',
    http: { method: 'get', path: '/agents' },
    input: z.object({}),
    output: z.object({
      items: z.array(z.object({ name: z.string(), folder: z.int().nullable(), versions: z.int(), takes: z.string() })),
    }),
    example: {},
    run: async (os) => ({ items: await listAgents(os) }),
  }),
  operation({
    name: 'agents.show',
    kind: 'query',
    does: 'Shows an agent with its versions, and one version whole: instructions, schemas, tools, limits.',
    http: { method: 'get', path: '/agents/{agent}' },
    input: z.object({ agent: agentName, version: version.optional() }),
    output: z.object({
      name: z.string(),
      versions: z.array(versionView),
      shown: versionView,
      body: json,
      runs: z.array(runId),
      trial: trialView.nullable(),
    }),
    example: { agent: 'writer', version: '4' },
    async run(os, { agent, version: asked }) {
      const view = await showAgent(os, agent, asked)
      return { ...view, body: view.body as unknown as Json }
    },
  }),
  operation({
    name: 'agents.diff',
    kind: 'query',
    does: 'Says in which parts two versions of an agent differ.',
    http: { method: 'get', path: '/agents/{agent}/diff' },
    input: z.object({ agent: agentName, from: version, to: version }),
    output: z.object({
      from: versionView,
      to: versionView,
      differences: z.array(
        z.object({
          part: z.string(),
          before: json,
          after: json,
          lines: z.array(z.object({ sign: z.enum([' ', '-', '+']), text: z.string() })).optional(),
        }),
      ),
    }),
    example: { agent: 'writer', from: '3', to: '4' },
    run: (os, { agent, from, to }) => diffAgent(os, agent, from, to),
  }),
  operation({
    name: 'agents.confidence',
    kind: 'query',
    does: 'Shows how well what a version of an agent says of its own sureness holds, by the decisions of the operator.',
    http: { method: 'get', path: '/agents/{agent}/confidence' },
    input: z.object({ agent: agentName, version: version.optional() }),
    output: z.object({
      agent: z.string(),
      version: z.int(),
      hash: z.string(),
      decisions: z.int(),
      needed: z.int(),
      calibration: z.object({ method: z.enum(['platt', 'isotonic']), moving: z.boolean() }).nullable(),
      bins: z.array(z.object({ said: z.number(), calibrated: z.number(), right: z.number(), count: z.int() })),
      foretold: z.object({ count: z.int(), error: z.number(), byChance: z.number() }).nullable(),
    }),
    example: { agent: 'writer' },
    run: async (os, { agent, version: asked }) =>
      (await import('../queries/confidence.ts')).showConfidence(os, agent, asked),
  }),
]
