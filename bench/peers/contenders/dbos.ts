import { DBOS } from '@dbos-inc/dbos-sdk'
import pg from 'pg'
import { compete } from '../compete.ts'
import type { Contender, Place, Written } from '../contender.ts'

const queueName = 'jobs'
const pollMs = 10
// Of 10 (the default), 20 and 50 the one that did most jobs a second.
const pool = 20

await compete(async (place, returned) => {
  const job = DBOS.registerWorkflow(
    async (text: string) => {
      const one = await DBOS.runStep(async () => text, { name: 'one' })
      const two = await DBOS.runStep(async () => one, { name: 'two' })
      const three = await DBOS.runStep(async () => two, { name: 'three' })
      returned(three)
      return three
    },
    { name: 'job' },
  )
  return launch(place, async (text) => (await DBOS.startWorkflow(job, { queueName })(text)).workflowID)
})

async function launch({ url, concurrency }: Place, enqueue: Contender['enqueue']): Promise<Contender> {
  DBOS.setConfig({
    name: 'peers',
    applicationVersion: '1',
    systemDatabaseUrl: url,
    systemDatabasePoolSize: pool,
    logLevel: 'error',
  })
  await DBOS.launch()
  await DBOS.registerQueue(queueName, { workerConcurrency: concurrency, minPollingIntervalMs: pollMs })
  const eye = new pg.Pool({ connectionString: url, max: 1 })
  return {
    settings: [
      `queue with workerConcurrency ${concurrency}, minPollingIntervalMs ${pollMs}`,
      `systemDatabasePoolSize ${pool}`,
    ],
    enqueue,
    ended: async () => {
      const text = `SELECT count(*)::int AS count FROM dbos.workflow_status WHERE status = 'SUCCESS'`
      return (await eye.query<{ count: number }>(text)).rows[0]?.count ?? 0
    },
    hasEnded: async (id) => {
      const text = `SELECT 1 FROM dbos.workflow_status WHERE workflow_uuid = $1 AND status = 'SUCCESS'`
      return (await eye.query({ name: 'ended', text, values: [id] })).rows.length === 1
    },
    written: readJobs,
    async close() {
      await eye.end()
      await DBOS.shutdown()
    },
  }
}

async function readJobs(): Promise<Written[]> {
  const jobs: Written[] = []
  for (const { workflowID, input } of await DBOS.listWorkflows({ workflowName: 'job' })) {
    const steps = (await DBOS.listWorkflowSteps(workflowID)) ?? []
    jobs.push({ text: String(input?.[0]), steps: steps.map((step) => String(step.output)) })
  }
  return jobs
}
