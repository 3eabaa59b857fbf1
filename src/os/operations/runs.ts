import { z } from 'zod'
import type { RunId } from '../../values/id.ts'
import { type Operation, operation } from '../operation.ts'
import type { Os } from '../os.ts'
import { showRun } from '../queries/run.ts'
import { listRuns, runLines } from '../queries/runs.ts'
import { identityId, json, pageOf, paging, reason, runId, taskId } from './fields.ts'
import { runLine, runState, runView, undoing } from './run-views.ts'

export const runOperations: readonly Operation[] = [
  operation({
    name: 'runs.start',
    kind: 'command',
    does: 'Starts a run of a workflow.',
    http: { method: 'post', path: '/runs' },
    input: z.object({ workflow: z.string().min(1), input: json }),
    output: runLine,
    example: { workflow: 'newsletter', input: { topic: 'spring' } },
    run: async (os, { workflow, input }) => lineOf(os, await os.start(workflow, input, 'operator')),
  }),
  operation({
    name: 'runs.list',
    kind: 'query',
    does: 'Lists runs, newest first.',
    http: { method: 'get', path: '/runs' },
    input: z.object({
      state: runState.optional(),
      workflow: z.string().optional(),
      subject: identityId.optional(),
      ...paging,
    }),
    output: pageOf(runLine),
    example: { state: 'held' },
    run: listRuns,
  }),
  operation({
    name: 'runs.show',
    kind: 'query',
    does: 'Shows one run with its tasks, gates and effects.',
    http: { method: 'get', path: '/runs/{run}' },
    input: z.object({ run: runId }),
    output: runView,
    example: { run: exampleRun() },
    run: (os, { run }) => showRun(os, run),
  }),
  operation({
    name: 'runs.cancel',
    kind: 'command',
    does: 'Cancels a run: what has happened stays, nothing more happens.',
    http: { method: 'post', path: '/runs/{run}/cancel' },
    input: z.object({ run: runId, why: reason }),
    output: runLine,
    example: { run: exampleRun(), why: 'Started by mistake' },
    async run(os, { run, why }) {
      await os.cancel(run, why)
      return lineOf(os, run)
    },
  }),
  operation({
    name: 'runs.undo',
    kind: 'command',
    does: 'Takes back what a run has done, last effect first; a dry run only says what would happen.',
    http: { method: 'post', path: '/runs/{run}/undo' },
    input: z.object({ run: runId, dryRun: z.boolean().default(false) }),
    output: z.object({ run: runId, dryRun: z.boolean(), effects: z.array(undoing) }),
    example: { run: exampleRun(), dryRun: true },
    run: async (os, { run, dryRun }) => ({ run, dryRun, effects: await os.undo(run, { dryRun }) }),
  }),
  operation({
    name: 'runs.retry',
    kind: 'command',
    does: 'Makes the failed tasks of a run ready again.',
    http: { method: 'post', path: '/runs/{run}/retry' },
    input: z.object({ run: runId }),
    output: z.object({ run: runId, tasks: z.array(taskId) }),
    example: { run: exampleRun() },
    run: async (os, { run }) => ({ run, tasks: await os.retry(run) }),
  }),
]

async function lineOf(os: Os, id: RunId) {
  const row = await os.store.read.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  const [line] = await runLines(os, [row])
  if (!line) throw new TypeError('a run has a line')
  return line
}

function exampleRun(): RunId {
  return 'run_0k3v9q2m7x' as RunId
}
