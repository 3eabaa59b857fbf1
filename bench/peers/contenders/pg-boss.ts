import pg from 'pg'
import { type Job, PgBoss } from 'pg-boss'
import { compete } from '../compete.ts'
import type { Place, Written } from '../contender.ts'

const queue = 'jobs'
// Of 5, 10, 25 and 50 the one that did most jobs a second: one worker of 50 waits for the slowest of each batch.
const batch = 25
const pool = 20

interface Given {
  readonly text: string
}

// pg-boss knows jobs and no steps: a step is a row of our own, written in a transaction of its own and skipped when it is there.
await compete(async ({ url, concurrency }: Place, returned) => {
  const rows = new pg.Pool({ connectionString: url, max: pool })
  await rows.query('CREATE TABLE steps (job uuid, step text, output text NOT NULL, PRIMARY KEY (job, step))')
  const boss = new PgBoss({ connectionString: url, max: pool, useListenNotify: true })
  boss.on('error', (error) => {
    throw error
  })
  await boss.start()
  await boss.createQueue(queue, { notify: true })
  const options = { localConcurrency: concurrency / batch, batchSize: batch, burstWhenBatchFull: true } as const
  await boss.work<Given>(queue, options, async (jobs) => {
    await Promise.all(jobs.map(async (job) => returned(await threeSteps(rows, job))))
  })
  const eye = new pg.Pool({ connectionString: url, max: 1 })
  return {
    settings: [
      `useListenNotify, and notify for the queue`,
      `localConcurrency ${options.localConcurrency} × batchSize ${batch}, burstWhenBatchFull`,
      `${pool} connections for pg-boss, ${pool} for the steps`,
    ],
    enqueue: async (text) => (await boss.send(queue, { text })) ?? '',
    ended: async () => {
      const text = `SELECT count(*)::int AS count FROM pgboss.job WHERE name = 'jobs' AND state = 'completed'`
      return (await eye.query<{ count: number }>(text)).rows[0]?.count ?? 0
    },
    hasEnded: async (id) => {
      const text = `SELECT 1 FROM pgboss.job WHERE name = 'jobs' AND id = $1 AND state = 'completed'`
      return (await eye.query({ name: 'ended', text, values: [id] })).rows.length === 1
    },
    written: () => readJobs(eye),
    async close() {
      await boss.stop()
      await Promise.all([rows.end(), eye.end()])
    },
  }
})

async function threeSteps(rows: pg.Pool, { id, data }: Job<Given>): Promise<string> {
  const found = await rows.query<{ step: string; output: string }>({
    name: 'found',
    text: 'SELECT step, output FROM steps WHERE job = $1',
    values: [id],
  })
  const done = new Map(found.rows.map(({ step, output }) => [step, output]))
  const step = async (name: string, perform: () => Promise<string>): Promise<string> => {
    const before = done.get(name)
    if (before !== undefined) return before
    const output = await perform()
    await rows.query({ name: 'step', text: 'INSERT INTO steps VALUES ($1, $2, $3)', values: [id, name, output] })
    return output
  }
  const one = await step('one', async () => data.text)
  const two = await step('two', async () => one)
  return step('three', async () => two)
}

async function readJobs(eye: pg.Pool): Promise<Written[]> {
  const { rows } = await eye.query<Written>(`
    SELECT job.data->>'text' AS text, array_remove(array_agg(steps.output), NULL) AS steps
    FROM pgboss.job LEFT JOIN steps ON steps.job = job.id
    WHERE job.name = 'jobs' GROUP BY job.id, job.data`)
  return rows
}
