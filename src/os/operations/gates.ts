import { z } from 'zod'
import { maxBatchOfGates } from '../../gate/gate.ts'
import { type Fault, Refusal } from '../../values/fault.ts'
import type { GateId } from '../../values/id.ts'
import { type Operation, operation } from '../operation.ts'
import type { BatchAnswer, Os } from '../os.ts'
import { inbox, showGate } from '../queries/gates.ts'
import { at, faultView, gateId, json, paging, reason, runId } from './fields.ts'
import { gateView, shownGate } from './gate-views.ts'
import { mode } from './mode-fields.ts'
import { trialView } from './trial-views.ts'

const approved = z.object({ verdict: z.literal('approved') })
const rejected = z.object({ verdict: z.literal('rejected'), reason })
const answer = z.discriminatedUnion('verdict', [
  approved,
  z.object({ verdict: z.literal('edited'), content: json }),
  z.object({ verdict: z.literal('returned'), comment: reason }),
  rejected,
  z.object({ verdict: z.literal('went-out') }),
  z.object({ verdict: z.literal('did-not') }),
])

export const gateOperations: readonly Operation[] = [
  operation({
    name: 'gates.list',
    kind: 'query',
    does: 'Lists what waits for the operator: one by one, what may be approved at once, and what is to be mended outside.',
    http: { method: 'get', path: '/gates' },
    input: z.object({ run: runId.optional(), kind: z.enum(['batch', 'confirm']).optional(), ...paging }),
    output: z.object({
      confirm: z.array(gateView),
      batch: z.array(gateView),
      maintenance: z.array(z.object({ about: z.string(), fault: faultView, openedAt: at })),
      proposals: z.int().meta({ description: 'How many proposals of knowledge wait; with the whole inbox only' }),
      trials: z.array(trialView),
      mode,
      next: z.string().nullable(),
    }),
    example: {},
    run: inbox,
  }),
  operation({
    name: 'gates.show',
    kind: 'query',
    does: 'Shows one gate with its card and what was decided.',
    http: { method: 'get', path: '/gates/{gate}' },
    input: z.object({ gate: gateId }),
    output: shownGate,
    example: { gate: 'gat_0k3v9q2m7x' as GateId },
    run: (os, { gate }) => showGate(os, gate),
  }),
  operation({
    name: 'gates.decide',
    kind: 'command',
    does: 'Answers a gate; the run goes on with the answer.',
    http: { method: 'post', path: '/gates/{gate}/decide' },
    input: z.object({ gate: gateId, answer }),
    output: shownGate,
    example: { gate: 'gat_0k3v9q2m7x' as GateId, answer: { verdict: 'approved' } },
    async run(os, { gate, answer: said }) {
      await os.decide(gate, said)
      return showGate(os, gate)
    },
  }),
  operation({
    name: 'gates.decideBatch',
    kind: 'command',
    does: 'Gives one answer to several batch gates that the operator has seen; each is answered or says why not.',
    http: { method: 'post', path: '/gates/decide' },
    input: z.object({
      gates: z.array(gateId).min(1).max(500),
      answer: z.discriminatedUnion('verdict', [approved, rejected]),
    }),
    output: z.object({ results: z.array(z.object({ gate: gateId, fault: faultView.nullable() })) }),
    example: { gates: ['gat_0k3v9q2m7x' as GateId], answer: { verdict: 'approved' } },
    async run(os, { gates, answer: said }) {
      const results: Answered[] = []
      const ids = [...new Set(gates)]
      for (let at = 0; at < ids.length; at += maxBatchOfGates) {
        results.push(...(await answerAll(os, ids.slice(at, at + maxBatchOfGates), said)))
      }
      return { results }
    },
  }),
]

interface Answered {
  readonly gate: GateId
  readonly fault: Fault | null
}

/** All in one transaction; where one of them stands in the way, each by itself, so that it says why and the others are answered. */
async function answerAll(os: Os, gates: readonly GateId[], said: BatchAnswer): Promise<readonly Answered[]> {
  try {
    await os.decideBatch(gates, said)
    return gates.map((gate) => ({ gate, fault: null }))
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const [gate] = gates
    if (gates.length === 1 && gate !== undefined) return [{ gate, fault: error.fault }]
    const results: Answered[] = []
    for (const one of gates) results.push(...(await answerAll(os, [one], said)))
    return results
  }
}
