import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { OpenWorkflow } from 'openworkflow'
import { BackendSqlite } from 'openworkflow/sqlite'
import { compete } from '../compete.ts'
import type { Place, Written } from '../contender.ts'

await compete(async ({ folder, concurrency }: Place, returned) => {
  const path = join(folder, 'openworkflow.db')
  const backend = BackendSqlite.connect(path)
  const client = new OpenWorkflow({ backend })
  const job = client.defineWorkflow<{ text: string }, string>({ name: 'job' }, async ({ input, step }) => {
    const one = await step.run({ name: 'one' }, async () => input.text)
    const two = await step.run({ name: 'two' }, async () => one)
    const three = await step.run({ name: 'three' }, async () => two)
    returned(three)
    return three
  })
  const worker = client.newWorker({ concurrency })
  await worker.start()
  const eye = new DatabaseSync(path, { readOnly: true })
  const counted = eye.prepare(`SELECT count(*) AS count FROM workflow_runs WHERE status = 'completed'`)
  const one = eye.prepare(
    `SELECT 1 FROM workflow_runs WHERE namespace_id = 'default' AND id = ? AND status = 'completed'`,
  )
  return {
    settings: [
      `SQLite in WAL, ${synchronousOf(backend)}, one commit a write`,
      `one worker, concurrency ${concurrency}; its poll of 100 ms to 1 s cannot be set`,
    ],
    enqueue: async (text) => (await job.run({ text })).workflowRun.id,
    ended: async () => Number(counted.get()?.count),
    hasEnded: async (id) => one.get(id) !== undefined,
    written: async () => readJobs(eye),
    async close() {
      await worker.stop()
      eye.close()
      await backend.stop()
    },
  }
})

/** What SQLite says on the connection that writes: the library does not set it, so it is that of Node's SQLite. */
function synchronousOf(backend: BackendSqlite): string {
  const { db } = backend as unknown as { readonly db: DatabaseSync }
  const { synchronous } = db.prepare('PRAGMA synchronous').get() ?? {}
  if (synchronous !== 2) throw new Error(`synchronous is ${synchronous}: a commit is not on disk when it returns`)
  return 'synchronous=FULL'
}

function readJobs(eye: DatabaseSync): Written[] {
  const rows = eye.prepare(`
    SELECT run.input->>'text' AS text, json_group_array(step.output->>'$') FILTER (WHERE step.id IS NOT NULL) AS steps
    FROM workflow_runs run LEFT JOIN step_attempts step
      ON step.namespace_id = run.namespace_id AND step.workflow_run_id = run.id AND step.status = 'completed'
    GROUP BY run.id`)
  return rows.all().map(({ text, steps }) => ({ text: String(text), steps: JSON.parse(String(steps)) as string[] }))
}
