import { z } from 'zod'
import type { ReplayId } from '../../values/id.ts'
import { microUsd } from '../../values/money.ts'
import { type Operation, operation } from '../operation.ts'
import { listReplays } from '../queries/replays.ts'
import { agentName, version } from './agents.ts'
import { at, idField, json, money, pageOf, reason, runId, taskId } from './fields.ts'

const replayId = idField('rpl', 'a replay')
const side = z.object({
  version: z.int().nullable(),
  cost: money,
  latency: z.int().meta({ description: 'Working time in milliseconds' }),
  confidence: z.number().nullable(),
  fault: z.string().nullable(),
})
const compared = z.object({
  run: runId,
  task: taskId,
  taskName: z.string(),
  again: runId,
  state: z.enum(['waiting', 'same', 'changed', 'failed', 'mended', 'forgotten']),
  before: side.nullable(),
  after: side.nullable(),
  edited: z.number().nullable().meta({ description: 'The share of words that are other ones' }),
  differences: z.array(
    z.object({
      part: z.string(),
      before: json,
      after: json,
      lines: z.array(z.object({ sign: z.enum([' ', '-', '+']), text: z.string() })).optional(),
    }),
  ),
  refused: z.int().meta({ description: 'Tool calls that the record had no answer to' }),
})
const both = z.object({ before: z.int(), after: z.int() })
const summary = z.object({
  id: z.string(),
  agent: z.string(),
  version: z.int(),
  at,
  tasks: z.int(),
  states: z.record(z.string(), z.int()),
  edited: z.number().nullable(),
  cost: both,
  latency: both,
  spent: money,
  limit: money.nullable(),
})

// Each is compared anew, task by task: one of two hundred takes 50 ms (measured).
const mostListed = 50

/** Recorded tasks that a version is given again. */
export const replayOperations: readonly Operation[] = [
  operation({
    name: 'agents.replay',
    kind: 'command',
    does: 'Gives the last tasks of an agent to a version again, without any effect. A dry run says what it would cost.',
    http: { method: 'post', path: '/agents/{agent}/replay' },
    input: z.object({
      agent: agentName,
      version,
      runs: z.int().min(1).max(200).default(100),
      limit: money.optional(),
      liveReads: z.boolean().default(false),
      dryRun: z.boolean().default(false),
    }),
    output: z.object({
      replay: replayId.nullable(),
      tasks: z.int(),
      skipped: z.int().meta({ description: 'Tasks whose inputs were forgotten' }),
      estimate: money.meta({ description: 'What the originals cost, in micro-dollars' }),
      limit: money,
      runs: z.array(runId),
    }),
    example: { agent: 'writer', version: '4', runs: 100, limit: microUsd(2_000_000) },
    run: (os, { agent, version: tried, runs, limit, liveReads, dryRun }) =>
      os.trials.replay(agent, tried, { tasks: runs, limit, live: liveReads, dryRun }),
  }),
  operation({
    name: 'agents.replays',
    kind: 'query',
    does: 'Lists the replays until now, newest first, with how much each would have changed.',
    http: { method: 'get', path: '/replays' },
    input: z.object({
      agent: agentName.optional(),
      limit: z.coerce.number().int().min(1).max(mostListed).default(20),
      cursor: replayId.optional(),
    }),
    output: pageOf(summary),
    example: { agent: 'writer' },
    run: listReplays,
  }),
  operation({
    name: 'agents.replayed',
    kind: 'query',
    does: 'Lists what a version would have done otherwise: in a replay, or in the shadow.',
    http: { method: 'get', path: '/replays/{replay}' },
    input: z.object({ replay: replayId.or(idField('trl', 'a trial')) }),
    output: summary.extend({ items: z.array(compared) }),
    example: { replay: 'rpl_0k3v9q2m7x' as ReplayId },
    run: (os, { replay }) => os.trials.replayed(replay),
  }),
  operation({
    name: 'agents.cancelReplay',
    kind: 'command',
    does: 'Ends what of a replay has not been done.',
    http: { method: 'post', path: '/replays/{replay}/cancel' },
    input: z.object({ replay: replayId, why: reason }),
    output: z.object({ replay: replayId, cancelled: z.int() }),
    example: { replay: 'rpl_0k3v9q2m7x' as ReplayId, why: 'Enough seen' },
    run: async (os, { replay, why }) => ({ replay, cancelled: await os.trials.cancelReplay(replay, why) }),
  }),
]
