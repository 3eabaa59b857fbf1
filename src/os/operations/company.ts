import { z } from 'zod'
import type { Diagnosis } from '../doctor/examine.ts'
import { type Operation, operation } from '../operation.ts'
import type { Os } from '../os.ts'
import { health } from '../queries/health.ts'
import { controlView } from './controls.ts'
import { at, faultView, reason } from './fields.ts'
import { mode } from './mode-fields.ts'

const diagnosis = z.object({
  well: z.boolean(),
  checks: z.array(z.object({ what: z.string(), level: z.enum(['ok', 'look', 'wrong']), fault: faultView.nullable() })),
  mended: z.array(z.string()),
})

export const companyOperations: readonly Operation[] = [
  operation({
    name: 'company.health',
    kind: 'query',
    does: 'Says how the company stands and what waits for the operator.',
    http: { method: 'get', path: '/company/health' },
    input: z.object({}),
    output: z.object({
      name: z.string(),
      folder: z.string(),
      mode,
      waiting: z.object({ confirm: z.int(), batch: z.int(), failed: z.int(), inDoubt: z.int(), automations: z.int() }),
      runs: z.object({ running: z.int(), held: z.int() }),
      work: z.object({ due: z.int(), claimed: z.int() }),
      nextDue: at.nullable(),
      nextScheduled: z.object({ name: z.string(), at }).nullable(),
      controls: z.array(controlView),
      lastSeq: z.int(),
      backup: z.object({ lastAt: at.nullable(), nextAt: at, fault: faultView.nullable() }).nullable(),
    }),
    example: {},
    run: health,
  }),
  operation({
    name: 'company.mode',
    kind: 'query',
    does: 'Says what the whole company may do now.',
    http: { method: 'get', path: '/company/mode' },
    input: z.object({}),
    output: mode,
    example: {},
    run: (os) => os.mode(),
  }),
  operation({
    name: 'company.pause',
    kind: 'command',
    does: 'Stops every effect and model call at once; work queues up.',
    http: { method: 'post', path: '/company/pause' },
    input: z.object({ why: reason.default('The operator paused it') }),
    output: mode,
    example: { why: 'Looking into a wrong invoice' },
    async run(os, { why }) {
      await os.pause(why)
      return os.mode()
    },
  }),
  operation({
    name: 'company.resume',
    kind: 'command',
    does: 'Lets the company work again.',
    http: { method: 'post', path: '/company/resume' },
    input: z.object({ why: reason.default('The operator resumed it') }),
    output: mode,
    example: {},
    async run(os, { why }) {
      await os.resume(why)
      return os.mode()
    },
  }),
  operation({
    name: 'company.verify',
    kind: 'query',
    does: 'Proves that the journal is whole: walks its chain from the first event to the last.',
    http: { method: 'get', path: '/company/verify' },
    input: z.object({}),
    output: z.object({ events: z.int(), head: z.string() }),
    example: {},
    run: (os) => os.verify(),
  }),
  operation({
    name: 'company.export',
    kind: 'command',
    does: 'Writes the whole company as one archive; a move seals this copy.',
    http: { method: 'post', path: '/company/export' },
    input: z.object({
      path: z.string().min(1),
      passphrase: z.string().min(8).max(1000),
      move: z.boolean().default(false),
    }),
    output: z.object({ archive: z.string(), lastSeq: z.int() }),
    example: { path: '/home/ana/company.soloist', passphrase: 'a long passphrase' },
    run: (os, { path, ...options }) => os.export(path, options),
  }),
  operation({
    name: 'company.doctor',
    kind: 'query',
    does: 'Checks what the company needs to run: machine, files, store, journal, plans, secrets, models, adapters, and what waits.',
    http: { method: 'get', path: '/company/doctor' },
    input: z.object({}),
    output: diagnosis,
    example: {},
    run: (os) => examine(os, false),
  }),
  operation({
    name: 'company.mend',
    kind: 'command',
    does: 'Puts right what is safe: file modes, missing folders, what was left behind, statistics of the store. Then checks.',
    http: { method: 'post', path: '/company/mend' },
    input: z.object({}),
    output: diagnosis,
    example: {},
    run: (os) => examine(os, true),
  }),
]

async function examine(os: Os, fix: boolean): Promise<Diagnosis> {
  const { examineOpen } = await import('../doctor/examine.ts')
  return examineOpen(os, { fix })
}
