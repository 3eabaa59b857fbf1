import { z } from 'zod'
import type { TaskId } from '../../values/id.ts'
import { type Operation, operation } from '../operation.ts'
import { controlsOver, scopesIn } from '../queries/controls.ts'
import { listEffects } from '../queries/effects.ts'
import { listEvents } from '../queries/events.ts'
import { listTasks } from '../queries/tasks.ts'
import { listWorkflows } from '../queries/workflows.ts'
import { controlView } from './controls.ts'
import { at, faultView, identityId, json, money, origin, pageOf, paging, runId, taskId } from './fields.ts'
import { effectLine, lane, taskLine, taskState } from './run-views.ts'

const flag = z.stringbool().or(z.boolean())

/** Workflows and their plans, tasks, effects, events. */
export const workOperations: readonly Operation[] = [
  operation({
    name: 'workflows.list',
    kind: 'query',
    does: 'Lists the workflows of the company.',
    http: { method: 'get', path: '/workflows' },
    input: z.object({}),
    output: z.object({
      items: z.array(
        z.object({
          name: z.string(),
          lane,
          tasks: z.int(),
          gates: z.int(),
          budget: money.nullable(),
          deadlineMs: z.int().nullable(),
          input: json,
          faults: z.int(),
        }),
      ),
    }),
    example: {},
    run: async (os) => ({ items: listWorkflows(os) }),
  }),
  operation({
    name: 'plan.show',
    kind: 'query',
    does: 'Shows the plan of a workflow, what it may cost and what stands in its way.',
    http: { method: 'get', path: '/workflows/{workflow}/plan' },
    input: z.object({ workflow: z.string().min(1) }),
    output: z.object({
      hash: z.string(),
      plan: json,
      faults: z.array(faultView),
      estimate: z.object({ cost: money.nullable(), timeMs: z.int().nullable(), gates: z.int() }),
      picture: z.string(),
      controls: z.array(controlView),
    }),
    example: { workflow: 'newsletter' },
    async run(os, { workflow }) {
      const planned = os.plan(workflow)
      return {
        ...planned,
        plan: JSON.parse(JSON.stringify(planned.plan)),
        controls: controlsOver(os, scopesIn(planned.plan)),
      }
    },
  }),
  operation({
    name: 'tasks.list',
    kind: 'query',
    does: 'Lists the tasks of a run by name; without a run, the failed tasks of the company, latest first.',
    http: { method: 'get', path: '/tasks' },
    input: z.object({ run: runId.optional(), state: taskState.optional(), parent: taskId.optional(), ...paging }),
    output: pageOf(taskLine),
    example: {},
    run: listTasks,
  }),
  operation({
    name: 'tasks.retry',
    kind: 'command',
    does: 'Makes a failed task ready again, with all its attempts.',
    http: { method: 'post', path: '/tasks/{task}/retry' },
    input: z.object({ task: taskId }),
    output: z.object({ run: runId, tasks: z.array(taskId) }),
    example: { task: 'tsk_0k3v9q2m7x' as TaskId },
    async run(os, { task }) {
      const tasks = await os.retry(task)
      const { run_id: run } = await os.store.read
        .selectFrom('tasks')
        .select('run_id')
        .where('id', '=', task)
        .executeTakeFirstOrThrow()
      return { run, tasks }
    },
  }),
  operation({
    name: 'effects.list',
    kind: 'query',
    does: 'Lists what left the company, latest first.',
    http: { method: 'get', path: '/effects' },
    input: z.object({ run: runId.optional(), subject: identityId.optional(), open: flag.optional(), ...paging }),
    output: pageOf(effectLine),
    example: { open: true },
    run: listEffects,
  }),
  operation({
    name: 'events.list',
    kind: 'query',
    does: 'Reads the journal, in order.',
    http: { method: 'get', path: '/events' },
    input: z.object({
      after: z.coerce.number().int().min(0).default(0),
      limit: z.coerce.number().int().min(1).max(1000).default(200),
      run: runId.optional(),
      subject: identityId.optional(),
      kind: z.string().max(100).optional(),
    }),
    output: z.object({
      items: z.array(
        z.object({
          seq: z.int(),
          at,
          kind: z.string(),
          subject: identityId,
          run: runId.nullable(),
          task: taskId.nullable(),
          origin,
          payload: json,
        }),
      ),
      next: z.int().nullable(),
    }),
    example: { after: 0 },
    run: listEvents,
  }),
]
