import { sql } from 'kysely'
import type { Perform } from '../../../src/executor/perform.ts'
import type { AnyWorkflow } from '../../../src/planner/workflow.ts'
import type { RunId } from '../../../src/values/id.ts'
import { type BenchCompany, openBench } from '../../company.ts'
import type { Contender, Place, Written } from '../contender.ts'

/** A way to do the job with Soloist: a workflow, and which event of the journal a step is. */
export interface Way {
  readonly workflow: AnyWorkflow
  readonly perform?: Perform
  readonly step: 'step.done' | 'task.done'
}

/** A whole company of Soloist without a desk: store, vault, journal with its anchors, queue, worker. */
export async function openSoloist({ folder, concurrency }: Place, way: Way): Promise<Contender> {
  // That is where a company of the benchmarks makes its folder.
  process.env.SOLOIST_BENCH_DIR = folder
  const company = await openBench({ workflows: [way.workflow] }, concurrency, way.perform)
  const { read } = company.kernel.store
  return {
    settings: [
      'SQLite in WAL, synchronous=FULL, transactions of one turn share a COMMIT',
      'journal encrypted, chained, anchored after each 1,000 events; verified after each round',
      `one worker, concurrency ${concurrency}`,
    ],
    enqueue: (text) => company.start(way.workflow.name, { text }),
    ended: async () => {
      const counted = await sql<{ count: number }>`SELECT count(*) AS count FROM runs WHERE state = 'done'`.execute(
        read,
      )
      return counted.rows[0]?.count ?? 0
    },
    hasEnded: async (id) => {
      const run = await read
        .selectFrom('runs')
        .select('state')
        .where('id', '=', id as RunId)
        .executeTakeFirst()
      return run?.state === 'done'
    },
    async written() {
      await company.verify()
      return readJobs(company, way)
    },
    close: () => company.close(),
  }
}

/** From the journal itself, decrypted: what each run was given, and what its steps gave. */
async function readJobs({ kernel: { journal } }: BenchCompany, way: Way): Promise<Written[]> {
  const jobs = new Map<string, { text: string; steps: string[] }>()
  let after = 0
  for (let page = await journal.page({ after, limit: 1000 }); page.length > 0; ) {
    for (const event of page) {
      if (event.payload === null || event.run === null) continue
      if (event.kind === 'run.started') jobs.set(event.run, { text: textIn(event.payload.input), steps: [] })
      if (event.kind === way.step) jobs.get(event.run)?.steps.push(textIn(event.payload.output))
      after = event.seq
    }
    after = page.at(-1)?.seq ?? after
    page = await journal.page({ after, limit: 1000 })
  }
  return [...jobs.values()]
}

function textIn(value: unknown): string {
  return (value as { readonly text: string }).text
}
