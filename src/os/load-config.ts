import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import type { AnyWorkflow } from '../planner/workflow.ts'
import { evalWorkflow } from '../store/practice.ts'
import { fault, Refusal, refuse } from '../values/fault.ts'
import { isTimeZone } from '../values/local-time.ts'
import { usd } from '../values/money.ts'
import { didYouMean } from '../values/nearest.ts'
import { parse } from '../values/schema.ts'
import { minutes } from '../values/time.ts'
import { type CompanySpec, type Config, company } from './config.ts'
import { memoryShape, memorySpec } from './memory-config.ts'
import { lendOwnModules } from './own-modules.ts'
import { placeIn } from './place-in.ts'

/** The only configuration file of a company. */
export const configFile = 'soloist.config.ts'

/**
 * Loads and checks the configuration in a folder. Faults: `config.missing`, `config.broken` (it does not load),
 * `config.unknown-key`, `config.invalid` (a value does not fit).
 */
export async function loadConfig(folder: string): Promise<Config> {
  if (!existsSync(join(folder, configFile))) refuse('config.missing', { folder })
  const found = await load(folder)
  checkKeys(found, shape, '')
  for (const [index, member] of listIn(found.schedules).entries())
    checkKeys(member, scheduleShape, `schedules[${index}].`)
  const checked = parse(spec, found)
  if (!checked.ok) refuse('config.invalid', { file: configFile, why: checked.why })
  const config = company(found as CompanySpec)
  drawAll(config, folder)
  return config
}

type Shape = { readonly [key: string]: Shape | null }

// `null`: its own keys are names that the operator chose, or another part checks them.
const shape: Shape = {
  name: null,
  operator: { name: null, email: null, timeZone: null },
  workflows: null,
  schedules: null,
  agents: null,
  adapters: null,
  models: { quality: null, standard: null, cheap: null },
  budgets: { monthly: null, perWorkflow: null },
  policies: null,
  store: { folder: null },
  publicUrl: null,
  limits: { depth: null, keys: null, sandbox: null },
  backup: { every: null, to: null, keep: null },
  allowPrivate: null,
  webhooks: null,
  telemetry: { otlp: { url: null, headers: null }, content: null },
  memory: memoryShape,
}

const scheduleShape: Shape = { name: null, workflow: null, cron: null, timeZone: null, input: null, catchUp: null }

// 20 is 20 millionths of a dollar: whoever writes that means usd(20), and every call would be refused.
const leastLimit = usd(0.01)
const micros = z
  .int('is not an amount: write usd(20)')
  .min(0)
  .refine((amount) => amount === 0 || amount >= leastLimit, 'is less than a cent: dollars are written as usd(20)')
const named = z.looseObject({ name: z.string() })

const scheduled = z.looseObject({
  name: z.string(),
  workflow: named,
  cron: z.string(),
  timeZone: z.string().optional(),
  catchUp: z.enum(['skip', 'once', 'all']).optional(),
})

const spec = z.looseObject({
  name: z.string().trim().min(1).max(100),
  operator: z.looseObject({
    name: z.string().trim().min(1),
    email: z.email(),
    timeZone: z.string().refine(isTimeZone, 'is not a time zone like Europe/Prague'),
  }),
  workflows: z.array(
    named.refine(({ name }) => name !== evalWorkflow, 'is called eval, as the runs of soloist eval are'),
  ),
  schedules: z.array(scheduled).optional(),
  agents: z.array(named).optional(),
  adapters: z.array(named).optional(),
  models: z.record(z.string(), z.array(named)).optional(),
  budgets: z
    .looseObject({ monthly: micros.optional(), perWorkflow: z.record(z.string(), micros).optional() })
    .optional(),
  policies: z.record(z.string(), z.enum(['batch', 'confirm'])).optional(),
  store: z.looseObject({ folder: z.string().min(1) }).optional(),
  publicUrl: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .optional(),
  limits: z.looseObject({ depth: z.int().min(1).optional(), sandbox: z.int().min(3).optional() }).optional(),
  backup: z
    .looseObject({
      every: z.int('is not a length of time: write days(1)').min(minutes(1), 'is less than a minute'),
      to: z.string().min(1),
      keep: z.int().min(1).max(1000),
    })
    .nullable()
    .optional(),
  telemetry: z
    .looseObject({
      otlp: z
        .looseObject({
          url: z.url({ protocol: /^https?$/ }).optional(),
          headers: z.record(z.string(), z.string()).optional(),
        })
        .optional(),
      content: z.boolean().optional(),
    })
    .nullable()
    .optional(),
  memory: memorySpec.optional(),
  allowPrivate: z.array(z.string().regex(/^.+:\d+$/, 'is not host:port')).optional(),
  webhooks: z.lazy(() => z.array(webhook).refine(haveOwnNames, 'two webhooks have one source')).optional(),
})

const webhook = z.strictObject({
  source: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'is not a name of small letters, digits and hyphens'),
  verify: z.looseObject({ scheme: z.enum(['standard', 'stripe', 'ghost', 'hmac']), secret: z.string().min(1) }),
  id: z.looseObject({ $from: z.literal('body', 'is no part of the body: only that is signed') }).optional(),
  subject: z.looseObject({}).optional(),
  on: z.array(z.looseObject({ does: z.enum(['start', 'answer']) })),
  rate: z.strictObject({ count: z.int().min(1), per: z.int().min(1000) }).optional(),
})

function haveOwnNames(webhooks: readonly { readonly source: string }[]): boolean {
  return new Set(webhooks.map(({ source }) => source)).size === webhooks.length
}

async function load(folder: string): Promise<Record<string, unknown>> {
  lendOwnModules()
  let module: { readonly default?: unknown }
  try {
    module = await import(pathToFileURL(join(folder, configFile)).href)
  } catch (error) {
    throw inOwnCode(error, folder, '')
  }
  const found = module.default
  if (typeof found !== 'object' || found === null) {
    refuse('config.broken', { file: configFile, why: 'it has no default export: export default company({ … })' })
  }
  return found as Record<string, unknown>
}

/** Each workflow is drawn here for the first time: what its author's code throws is no bug of Soloist. */
function drawAll({ workflows }: Config, folder: string): void {
  for (const workflow of workflows as readonly AnyWorkflow[]) {
    try {
      workflow.plan()
    } catch (error) {
      throw inOwnCode(error, folder, `workflow "${workflow.name}" throws when its plan is drawn: `)
    }
  }
}

/** What the company's own code threw, with the place in it. A plan that is wrong says so itself, better than "the file is broken". */
function inOwnCode(error: unknown, folder: string, what: string): Refusal {
  if (error instanceof Refusal) return error
  const place = error instanceof Error ? placeIn(error.stack ?? '', folder) : null
  return new Refusal(fault('config.broken', { file: place ?? configFile, why: `${what}${firstLine(error)}` }))
}

const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

function checkKeys(value: unknown, known: Shape, prefix: string): void {
  if (typeof value !== 'object' || value === null) return
  for (const [key, member] of Object.entries(value)) {
    const inside = known[key]
    if (inside === undefined) {
      refuse('config.unknown-key', {
        what: configFile,
        key: `${prefix}${key}`,
        nearest: didYouMean(key, Object.keys(known)),
      })
    }
    if (inside !== null) checkKeys(member, inside, `${prefix}${key}.`)
  }
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const line = text.split('\n').find((candidate) => candidate.trim() !== '') ?? 'it throws'
  return line.trim().replace(/\.$/, '')
}
