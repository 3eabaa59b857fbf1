import { readFileSync } from 'node:fs'
import { sql } from 'kysely'
import type { Kernel } from '../../executor/kernel.ts'
import type { StoredEvent } from '../../telemetry/event.ts'
import { type Fault, fault, Refusal } from '../../values/fault.ts'
import type { Config, Telemetry } from '../config.ts'
import { type Environment, headersOf, tracesUrl } from './endpoint.ts'
import type { Levels } from './instruments.ts'
import { openLook } from './look.ts'
import { measuresOf } from './measures.ts'
import type { Exporter } from './otlp.ts'
import { requirePackages } from './packages.ts'
import type { Span } from './span.ts'
import { type Ground, spansOf } from './spans.ts'

/** Listens to the journal and tells a collector. It stands beside the work: nothing waits for it, and it changes nothing. */
export interface Watch {
  /** Why the last sending did not arrive, or what could not be told. */
  trouble(): Fault | undefined
  /** Events that were passed over because too many waited. */
  dropped(): number
  /** Where traces go, and with what headers: to see whether somebody takes them there. */
  endpoint(): { readonly url: string; readonly headers: Readonly<Record<string, string>> }
  /** Tells all that was committed, and sends it. */
  flush(): Promise<void>
  close(): Promise<void>
}

// Events waiting to be told: a burst of 20 MB at most. What comes on top is passed over and counted.
const mostWaiting = 10_000

/** Fault: `telemetry.not-installed`. The packages themselves are loaded with the first event that is told. */
export function openWatch(kernel: Kernel, config: Config, env: Environment, most = mostWaiting): Watch | undefined {
  const { telemetry } = config
  // The switch of OpenTelemetry's specification for a whole process.
  if (!telemetry?.otlp || env.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return undefined
  requirePackages()
  return new OpenWatch(kernel, telemetry, env, most)
}

class OpenWatch implements Watch {
  readonly #kernel: Kernel
  readonly #telemetry: Telemetry
  readonly #env: Environment
  readonly #most: number
  readonly #ground: Ground
  readonly #stopListening: () => void
  readonly #waiting: StoredEvent[] = []
  #exporter: Promise<Exporter> | undefined
  #telling: Promise<void> | undefined
  #trouble: Fault | undefined
  #dropped = 0

  constructor(kernel: Kernel, telemetry: Telemetry, env: Environment, most: number) {
    this.#most = most
    this.#kernel = kernel
    this.#telemetry = telemetry
    this.#env = env
    this.#ground = { kernel, look: openLook(kernel), content: telemetry.content === true }
    this.#stopListening = kernel.journal.onCommitted((event) => this.#hear(event))
  }

  trouble(): Fault | undefined {
    return this.#trouble
  }

  dropped(): number {
    return this.#dropped
  }

  endpoint() {
    const { headers } = headersOf(this.#telemetry, this.#kernel.vault)
    return { url: tracesUrl(this.#telemetry, this.#env), headers }
  }

  async flush(): Promise<void> {
    await this.#telling
    await (await this.#exporter)?.flush()
  }

  async close(): Promise<void> {
    this.#stopListening()
    await this.#telling
    await (await this.#exporter)?.close()
  }

  #hear(event: StoredEvent): void {
    if (event.run === null || !told.has(event.kind)) return
    if (this.#waiting.length >= this.#most) {
      this.#dropped += 1
      return
    }
    this.#waiting.push(event)
    this.#telling ??= this.#tellAll().finally(() => {
      this.#telling = undefined
    })
  }

  async #tellAll(): Promise<void> {
    // After the turn in which the COMMIT was told: who waits for the work comes first.
    await new Promise((resolve) => setImmediate(resolve))
    this.#exporter ??= this.#open()
    const exporter = await this.#exporter
    for (let event = this.#waiting.shift(); event; event = this.#waiting.shift()) await this.#tell(exporter, event)
  }

  async #tell(exporter: Exporter, event: StoredEvent): Promise<void> {
    try {
      for (const span of await spansOf(this.#ground, event)) exporter.span(this.#masked(span))
      for (const measure of await measuresOf(this.#ground, event)) exporter.measure(measure)
    } catch (error) {
      // A text that was forgotten meanwhile, a disk that cannot be read, a mistake here: this one event is not told. Work goes on.
      const why = error instanceof Error ? error.message : String(error)
      this.#trouble = error instanceof Refusal ? error.fault : fault('soloist.bug', { why })
    }
  }

  /** A secret may have been set after its text was journalled. */
  #masked(span: Span): Span {
    return JSON.parse(this.#kernel.vault.maskJson(span)) as Span
  }

  async #open(): Promise<Exporter> {
    const { openExporter } = await import('./otlp.ts')
    const { headers, missing } = headersOf(this.#telemetry, this.#kernel.vault)
    this.#trouble = missing
    return openExporter({
      version: ownVersion(),
      url: this.#telemetry.otlp?.url,
      headers,
      env: this.#env,
      levels: () => levelsOf(this.#kernel),
      heard: (why) => {
        const url = tracesUrl(this.#telemetry, this.#env)
        const safe = why === undefined ? undefined : this.#kernel.vault.mask(why)
        this.#trouble = safe === undefined ? missing : fault('telemetry.unreachable', { url, why: safe })
      },
    })
  }
}

const told: ReadonlySet<StoredEvent['kind']> = new Set<StoredEvent['kind']>([
  ...(['run.done', 'run.failed', 'run.cancelled', 'run.undone', 'task.added', 'task.done', 'task.failed'] as const),
  ...(['task.retried', 'task.postponed', 'task.held', 'task.spread', 'task.lost', 'task.skipped'] as const),
  ...(['task.cancelled', 'step.done', 'step.failed', 'effect.done', 'effect.refused', 'effect.unknown'] as const),
  ...(['effect.undone', 'gate.decided', 'gate.expired', 'budget.settled'] as const),
])

// As many as a queue admits by default; who has more sees that the gauge stands still.
const mostCounted = 100_000

async function levelsOf({ store, clock, mode, breakers }: Kernel): Promise<Levels> {
  const count = (rows: ReturnType<typeof sql>) =>
    sql<number>`(SELECT count(*) FROM (${rows} LIMIT ${sql.lit(mostCounted)}))`
  const { rows } = await sql<{ ready: number; claimed: number; batch: number; confirm: number }>`SELECT
    ${count(sql`SELECT 1 FROM tasks WHERE state = 'ready' AND due_at <= ${clock.now()}`)} AS ready,
    ${count(sql`SELECT 1 FROM tasks WHERE state = 'claimed'`)} AS claimed,
    ${count(sql`SELECT 1 FROM gates WHERE state = 'open' AND kind = 'batch'`)} AS batch,
    ${count(sql`SELECT 1 FROM gates WHERE state = 'open' AND kind = 'confirm'`)} AS confirm`.execute(store.read)
  const [row] = rows
  if (!row) throw new TypeError('a SELECT of counts gives a row')
  const { ready, claimed, batch, confirm } = row
  return {
    queue: Object.entries({ ready, claimed }).map(([state, count]) => ({ state, count })),
    gates: Object.entries({ batch, confirm }).map(([kind, count]) => ({ kind, count })),
    mode: mode().mode,
    shut: breakers.shut().size,
  }
}

function ownVersion(): string {
  const manifest = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { readonly version: string }).version
}
