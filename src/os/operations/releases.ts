import { z } from 'zod'
import type { RunId } from '../../values/id.ts'
import { type Operation, operation } from '../operation.ts'
import { showReleases } from '../queries/releases.ts'
import { agentName, version, versionView } from './agents.ts'
import { at, idField, reason, runId, taskId } from './fields.ts'
import { trialView } from './trial-views.ts'

const releaseId = idField('rel', 'a release')
const trialId = idField('trl', 'a trial')
const kind = z.enum(['shares', 'code', 'none'])
const hashed = z.object({ version: z.int(), hash: z.string() })
/** An agent's releases and trials. */
export const releaseView = z.object({
  agent: z.string(),
  kind,
  versions: z.array(versionView),
  history: z.array(
    z.object({
      id: releaseId,
      kind,
      cause: z.enum(['set', 'withdraw', 'undo']),
      undoes: releaseId.nullable(),
      by: z.enum(['operator', 'system']),
      at,
      why: z.string(),
      shares: z.array(hashed.extend({ share: z.int() })),
      withdraws: z.array(hashed),
    }),
  ),
  trials: z.array(trialView),
})

/** Which version of an agent takes which share of its work. */
export const releaseOperations: readonly Operation[] = [
  operation({
    name: 'releases.show',
    kind: 'query',
    does: 'Shows which versions of an agent take which share of new runs, and every release so far.',
    http: { method: 'get', path: '/agents/{agent}/releases' },
    input: z.object({ agent: agentName }),
    output: releaseView,
    example: { agent: 'writer' },
    run: (os, { agent }) => showReleases(os, agent),
  }),
  operation({
    name: 'releases.set',
    kind: 'command',
    does: "Says which versions of an agent take which share of new runs; 'code': whatever the folder has takes all.",
    http: { method: 'post', path: '/agents/{agent}/releases' },
    input: z.object({
      agent: agentName,
      shares: z
        .array(z.object({ version, share: z.number() }))
        .max(100)
        .or(z.literal('code')),
      why: reason,
    }),
    output: releaseView,
    example: {
      agent: 'writer',
      shares: [
        { version: '3', share: 90 },
        { version: '4', share: 10 },
      ],
      why: 'Warmer openings: see how they are edited',
    },
    async run(os, { agent, shares, why }) {
      await os.release(agent, shares, why)
      return showReleases(os, agent)
    },
  }),
  operation({
    name: 'releases.withdraw',
    kind: 'command',
    does: 'Withdraws a version: no new run takes it, and runs that are pinned to it are held before they use it again.',
    http: { method: 'post', path: '/agents/{agent}/withdraw' },
    input: z.object({ agent: agentName, version, why: reason }),
    output: releaseView.extend({ runs: z.array(runId) }),
    example: { agent: 'writer', version: '4', why: 'It invents sources' },
    async run(os, { agent, version: gone, why }) {
      const runs = await os.withdraw(agent, gone, why)
      return { ...(await showReleases(os, agent)), runs }
    },
  }),
  operation({
    name: 'releases.undo',
    kind: 'command',
    does: 'Takes the last release or withdrawal of an agent back: what held before it is released again.',
    http: { method: 'post', path: '/agents/{agent}/releases/undo' },
    input: z.object({ agent: agentName, why: reason }),
    output: releaseView.extend({
      trial: z
        .object({ id: trialId, resumed: z.boolean() })
        .nullable()
        .meta({ description: 'The trial that the release had ended: whether it goes on' }),
    }),
    example: { agent: 'writer', why: 'Too many edits' },
    async run(os, { agent, why }) {
      const { trial } = await os.undoRelease(agent, why)
      return { ...(await showReleases(os, agent)), trial }
    },
  }),
  operation({
    name: 'releases.move',
    kind: 'command',
    does: 'Puts a run on another version of an agent: its tasks that are not done begin a new round.',
    http: { method: 'post', path: '/runs/{run}/version' },
    input: z.object({ run: runId, agent: agentName, version, why: reason }),
    output: z.object({ run: runId, tasks: z.array(taskId) }),
    example: { run: 'run_0k3v9q2m7x' as RunId, agent: 'writer', version: '3', why: 'v4 invents sources' },
    run: async (os, { run, agent, version: to, why }) => ({ run, tasks: await os.moveVersion(run, agent, to, why) }),
  }),
]
