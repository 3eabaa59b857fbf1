import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { Adapter } from '../adapters/adapter.ts'
import type { Models } from '../models/model.ts'
import type { Config } from '../os/config.ts'
import { configFile, loadConfig } from '../os/load-config.ts'
import { refuse } from '../values/fault.ts'
import { type Instant, instant } from '../values/time.ts'
import { type AgentScript, castOf } from './cast.ts'
import { MortalCompany } from './mortal-company.ts'
import { Stage } from './stage.ts'
import { StageClock } from './stage-clock.ts'
import { standIns } from './stand-ins.ts'

/** What a rehearsal has otherwise than the company itself. */
export interface RehearsalOptions {
  /** What agents say, by their names. An agent without a script says what the offline model makes of its input. */
  readonly agents?: Readonly<Record<string, AgentScript>>
  /** When it begins, as an instant or like `2026-03-01T09:00Z`; default 2026-03-02T09:00Z. */
  readonly at?: Instant | string
  /** Adapters in place of the company's for the same ports, or for ports that it has none for. */
  readonly adapters?: readonly Adapter[]
  /** Models that are asked, instead of the offline one in the name of the company's. */
  readonly models?: Models
  /** Parts of the config that are otherwise here: `{ budgets: { monthly: usd(1) } }`. */
  readonly config?: Partial<Config>
  /** Values of secrets, for adapters that need one. */
  readonly secrets?: Readonly<Record<string, string>>
  /** Files to put into the company's folder, by their path in it. */
  readonly files?: Readonly<Record<string, string>>
}

/**
 * Opens a company on a stage: a copy of its folder, with nothing in it but its author's files. `company` is a folder of it (a
 * test's `import.meta.dirname`; the nearest `soloist.config.ts` from there upwards is used), or a config that the test has made.
 * Nothing leaves: mails go to an outbox, newsletters to the company's own audience, feeds of the net cannot be read, and models
 * that cost are never asked. Faults: `config.*`, and those of opening a company.
 */
export async function rehearse(company: string | Config, options: RehearsalOptions = {}): Promise<Stage> {
  const home = mkdtempSync(join(tmpdir(), 'soloist-rehearsal-'))
  try {
    return await raise(home, company, options)
  } catch (error) {
    rmSync(home, { recursive: true, force: true })
    throw error
  }
}

async function raise(home: string, company: string | Config, options: RehearsalOptions): Promise<Stage> {
  const folder = join(home, 'company')
  const given = typeof company === 'string' ? await copied(company, folder) : company
  for (const [path, text] of Object.entries(options.files ?? {})) put(join(folder, path), text)
  const config: Config = { ...given, ...options.config }
  const clock = new StageClock(join(home, 'clock'), instantOf(options.at))
  // The key of a company that is thrown away protects nothing.
  const env = { SOLOIST_CLOCK: clock.path, SOLOIST_VAULT_KEY: '00'.repeat(32) }
  const cast = castOf(options.agents ?? {}, {
    config: config.models,
    own: options.models,
    pass: (length, signal) => clock.pass(length, playing.os.clock, signal),
  })
  const playing = await MortalCompany.open(
    folder,
    (around) => ({
      ...config,
      models: cast.models,
      adapters: standIns(config.adapters, options.adapters ?? [], around, config.operator.email),
    }),
    env,
  )
  try {
    knowScripts(playing, options.agents ?? {})
    const stage = await Stage.raise({ company: playing, cast, clock, home, folder })
    for (const [name, value] of Object.entries(options.secrets ?? {})) await stage.desk('secrets.set', { name, value })
    return stage
  } catch (error) {
    await playing.close()
    throw error
  }
}

// Of a company that was at work in this folder, its state and its mails stay behind.
const left = new Set(['.soloist', '.git', 'node_modules', 'outbox'])

async function copied(inside: string, to: string): Promise<Config> {
  const folder = folderOf(inside)
  const config = await loadConfig(folder)
  cpSync(folder, to, { recursive: true, filter: (path) => path === folder || !left.has(basename(path)) })
  return config
}

function folderOf(inside: string): string {
  for (let folder = inside; ; folder = dirname(folder)) {
    if (existsSync(join(folder, configFile))) return folder
    if (dirname(folder) === folder) refuse('config.missing', { folder: inside })
  }
}

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

function instantOf(at: Instant | string = '2026-03-02T09:00Z'): Instant {
  const found = typeof at === 'string' ? Date.parse(at) : at
  if (Number.isNaN(found)) throw new TypeError(`"${at}" is no time; write it like 2026-03-01T09:00Z`)
  return instant(found)
}

function knowScripts({ parts }: MortalCompany, scripts: Readonly<Record<string, AgentScript>>): void {
  const agents = [...parts.kernel.doers.values()].filter((doer) => doer.kind === 'agent').map((doer) => doer.name)
  const unknown = Object.keys(scripts).find((name) => !agents.includes(name))
  if (unknown === undefined) return
  throw new TypeError(`no agent here is called "${unknown}"; there are ${agents.join(', ') || 'none'}`)
}
