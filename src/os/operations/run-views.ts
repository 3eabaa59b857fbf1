import { z } from 'zod'
import {
  at,
  effectKey,
  faultView,
  gateId,
  grantId,
  identityId,
  json,
  money,
  named,
  origin,
  runId,
  taskId,
} from './fields.ts'
import { gateView } from './gate-views.ts'

export const runState = z.enum(['running', 'held', 'done', 'failed', 'cancelled', 'undoing', 'undo-held', 'undone'])
export const lane = z.enum(['interactive', 'background'])

export const runLine = z.object({
  id: runId,
  workflow: z.string(),
  state: runState,
  lane,
  subject: named,
  startedAt: at,
  endedAt: at.nullable(),
  deadlineAt: at.nullable(),
  spent: money,
  openGates: z.int(),
  heldUpBy: z.string().nullable(),
})

export const taskState = z.enum(['waiting', 'ready', 'claimed', 'held', 'done', 'failed', 'skipped', 'cancelled'])

export const taskLine = z.object({
  id: taskId,
  run: runId,
  name: z.string(),
  kind: z.string(),
  state: taskState,
  attempt: z.int(),
  round: z.int(),
  dueAt: at.nullable(),
  endedAt: at.nullable(),
  workedMs: z.int(),
  gate: gateId.nullable(),
  parent: taskId.nullable(),
  spent: money,
  waitsFor: z.array(z.string()),
  fault: faultView.nullable(),
  madeBy: z
    .object({
      doer: z.string(),
      version: z.int().optional(),
      model: z.string().optional(),
      rung: z.string().optional(),
    })
    .nullable(),
  confidence: z.number().nullable(),
  sources: z.array(z.int()),
  output: json,
})

export const effectLine = z.object({
  key: effectKey,
  run: runId,
  task: taskId,
  taskName: z.string(),
  action: z.string(),
  adapter: z.string(),
  state: z.enum(['intended', 'done', 'refused', 'unknown', 'undone']),
  reversible: z.boolean(),
  subject: named,
  gate: gateId.nullable(),
  grant: grantId.nullable(),
  undoes: effectKey.nullable(),
  intendedAt: at,
  endedAt: at.nullable(),
  intendedSeq: z.int(),
  outcomeSeq: z.int().nullable(),
})

export const runView = runLine.extend({
  plan: z.string(),
  origin,
  input: json,
  output: json,
  tasks: z.array(taskLine),
  inside: z.array(z.object({ parent: z.string(), state: taskState, count: z.int() })),
  effects: z.array(effectLine),
  inDoubt: z.int().meta({ description: 'How many may have happened, where the run is over and nobody is asked' }),
  gates: z.array(gateView),
  routed: z
    .array(z.object({ task: z.string(), agent: z.string(), version: z.int(), why: z.string() }))
    .optional()
    .meta({ description: 'Who was given the tasks that name a role, and why' }),
  working: z.boolean(),
  nextDue: at.nullable(),
})

export const undoing = z.object({
  effect: effectKey,
  action: z.string(),
  adapter: z.string(),
  subject: identityId,
  how: z.enum(['undo', 'ask']),
})
