import { z } from 'zod'
import { at, effectKey, faultView, gateId, identityId, json, money, named, origin, runId, taskId } from './fields.ts'

const reason = z.enum(['review', 'policy', 'budget', 'doubt', 'graft', 'stale', 'undo'])
const kind = z.enum(['batch', 'confirm'])
const otherwise = z.enum(['reject', 'wait'])

/** A gate's card as it goes over the wire. */
const card = z.object({
  ask: z.string(),
  reason,
  kind,
  content: json,
  actions: z.array(z.string()),
  recipients: z
    .object({
      audience: identityId.optional(),
      name: z.string().optional(),
      count: z.int(),
      handles: z.array(z.string()).optional(),
    })
    .optional(),
  amount: z.object({ cost: money, payee: z.string() }).optional(),
  madeBy: z
    .object({
      doer: z.string(),
      version: z.int().optional(),
      hash: z.string().optional(),
      model: z.string().optional(),
      rung: z.string().optional(),
    })
    .optional(),
  rawConfidence: z.number().optional(),
  sources: z.array(z.object({ seq: z.int(), title: z.string(), url: z.string().optional() })),
  recalled: z
    .array(
      z.object({
        step: z.int(),
        mark: z.string(),
        from: z.string(),
        seq: z.int().optional(),
        hash: z.string().optional(),
        at: at.nullable(),
        origin,
        text: z.string(),
      }),
    )
    .optional(),
  changed: z
    .array(
      z.object({
        seq: z.int(),
        title: z.string(),
        pointer: z.string(),
        what: z.enum(['changed', 'gone', 'unchecked']),
        hash: z.string().nullable(),
      }),
    )
    .optional(),
  costSoFar: money,
  dueAt: at.nullable(),
  otherwise,
  before: z.object({ seq: z.int(), content: json }).optional(),
  fault: faultView.optional(),
  effect: z.object({ key: effectKey, action: z.string(), evidence: json }).optional(),
  more: z.object({ scope: z.string(), needed: money, left: money }).optional(),
})

export const gateView = z.object({
  id: gateId,
  run: runId,
  workflow: z.string(),
  task: taskId,
  taskName: z.string(),
  kind,
  reason,
  state: z.enum(['open', 'approved', 'edited', 'returned', 'rejected', 'expired']),
  subject: named,
  openedAt: at,
  dueAt: at.nullable(),
  otherwise,
  card: card.nullable(),
  confidence: z
    .object({ raw: z.number(), calibrated: z.number().nullable(), decisions: z.int(), needed: z.int() })
    .nullable(),
})

export const shownGate = gateView.extend({
  covers: z.array(z.string()),
  decision: z
    .object({
      verdict: z.enum(['approved', 'edited', 'returned', 'rejected', 'expired']),
      by: z.enum(['operator', 'system']),
      at,
      comment: z.string().nullable(),
      content: json,
    })
    .nullable(),
})
