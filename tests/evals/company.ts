import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { soloist } from '../../src/cli/soloist.ts'
import type { World } from '../../src/cli/world.ts'
import type { Agent, AgentSpec } from '../../src/index.ts'
import type { Models } from '../../src/models/model.ts'
import type { EvalResult, EvalWish } from '../../src/os/evals/desk.ts'
import type { ScriptedModel } from '../../src/testing/scripted-model.ts'
import { type Fault, Refusal } from '../../src/values/fault.ts'
import { type Usd, usd } from '../../src/values/money.ts'
import { provider, shop } from '../executor/shop.ts'
import { echo, flows, newFolder, openIn, type ReleaseCompany, writer } from '../releases/company.ts'

export type Spec = Partial<AgentSpec<{ about: string }, { body: string }>>

/** Writes an eval of the writer into a company's `evals/`; `spec` is its text after the name. */
export function writeEval(folder: string, spec: string, name = 'says'): void {
  mkdirSync(join(folder, 'evals'), { recursive: true })
  writeFileSync(
    join(folder, `evals/${name}.eval.ts`),
    `import { agent, custom, evaluation, exact, matchesSchema, rubric } from 'soloist'
import { z } from 'zod'
const writer = agent({
  name: 'writer', version: 1, does: 'Writes.', tier: 'standard', instructions: './writer-1.md',
  input: z.object({ about: z.string() }), output: z.object({ body: z.string() }),
})
export const ${name} = evaluation(writer, { name: '${name}', ${spec} })
`,
  )
}

/** Any answer of the writer that begins with a version passes. */
export const saysVersion = (version: string): string =>
  `cases: [{ name: 'tea', input: { about: 'tea' } }], scorers: [custom('speaks', ({ output }) => (output.body.startsWith('${version}') ? 1 : 0))], pass: { mean: 1 }`

/** A company whose folder has this version of the writer, with a shop that it may use. */
export async function openWith(
  given: {
    readonly folder?: string
    readonly version?: number
    readonly more?: Spec
    readonly model?: ScriptedModel
    readonly models?: Models
    readonly monthly?: Usd
  } = {},
) {
  const { folder = newFolder(), version = 4, more = {}, model = echo(), models, monthly } = given
  const by: Agent<{ about: string }, { body: string }> = writer(version, more)
  const corner = provider('key')
  const budgets = monthly === undefined ? {} : { budgets: { monthly } }
  const company = await openIn(
    folder,
    { workflows: flows(by), adapters: [corner.adapter], ...(models ? { models } : {}), ...budgets },
    model,
  )
  let open = true
  const close = async (): Promise<void> => {
    if (open) await company.close()
    open = false
  }
  onTestFinished(close)
  return { ...company, close, folder, corner, evaluate: (wish: Partial<EvalWish> = {}) => evaluate(company, wish) }
}
export { shop }

/** Puts the writer to an eval, works, and gives what it came to. */
async function evaluate({ os }: ReleaseCompany, wish: Partial<EvalWish>): Promise<EvalResult> {
  const { run } = await os.evals.start({ eval: 'says', answers: 'models', record: false, limit: usd(1), ...wish })
  await os.idle()
  const result = await os.evals.result(run)
  if (!result) throw new Error(`${run} is not at its end`)
  return result
}

/** The fault that something refuses with. */
export async function refusal(doing: Promise<unknown>): Promise<Fault> {
  const error = await doing.then(
    () => undefined,
    (caught: unknown) => caught,
  )
  expect(error).toBeInstanceOf(Refusal)
  return (error as Refusal).fault
}

/** Types a command at the desk of a company. */
export async function typeAt({ os }: Pick<ReleaseCompany, 'os'>, ...argv: readonly string[]) {
  const out: string[] = []
  const err: string[] = []
  const world = {
    argv,
    cwd: os.folder,
    timeZone: 'UTC',
    version: '0.0.0',
    out: (line: string) => out.push(line),
    err: (line: string) => err.push(line),
    stopped: () => new Promise<void>(() => undefined),
    open: async () => ({ ...os, close: async () => undefined }),
  } as unknown as World
  writeFileSync(join(os.folder, 'soloist.config.ts'), '')
  return { code: await soloist(world), out: out.join('\n'), err: err.join('\n') }
}
