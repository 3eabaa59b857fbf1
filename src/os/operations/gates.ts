import { z } from 'zod'
import { type Fault, Refusal, refuse } from '../../values/fault.ts'
import type { GateId } from '../../values/id.ts'
import { type Operation, operation } from '../operation.ts'
import type { Answer, Os } from '../os.ts'
import { inbox, showGate } from '../queries/gates.ts'
import { at, faultView, gateId, json, paging, reason, runId } from './fields.ts'
import { gateView, shownGate } from './gate-views.ts'

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
      maintenance: z.array(z.object({ adapter: z.string(), fault: faultView, openedAt: at })),
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
      const alone = await confirmOnly(os, gates)
      const results = []
      for (const gate of new Set(gates)) results.push({ gate, fault: await decideOne(os, gate, said, alone) })
      return { results }
    },
  }),
]

/** Those of these gates that want an answer of their own. */
async function confirmOnly(os: Os, gates: readonly GateId[]): Promise<ReadonlySet<GateId>> {
  const rows = await os.store.read
    .selectFrom('gates')
    .select('id')
    .where('id', 'in', [...gates])
    .where('kind', '=', 'confirm')
    .execute()
  return new Set(rows.map((row) => row.id))
}

async function decideOne(os: Os, gate: GateId, said: Answer, alone: ReadonlySet<GateId>): Promise<Fault | null> {
  try {
    if (alone.has(gate)) refuse('gate.confirm-only', { gate })
    await os.decide(gate, said)
    return null
  } catch (error) {
    if (error instanceof Refusal) return error.fault
    throw error
  }
}
