import { check } from '../../planner/check.ts'
import { doersOf } from '../../planner/doer-facts.ts'
import type { AnyWorkflow } from '../../planner/workflow.ts'
import { fault } from '../../values/fault.ts'
import { didYouMean } from '../../values/nearest.ts'
import { days, isoInstant } from '../../values/time.ts'
import type { Check, Os } from '../os.ts'
import type { Rule } from '../webhooks/webhook.ts'
import { listWebhooks } from './webhooks.ts'

/** What is wrong with webhooks: rules that could never start anything, events that failed, strangers, subscriptions that stopped. */
export async function checkWebhooks(os: Os): Promise<readonly Check[]> {
  const { receipts, subscriptions } = await listWebhooks(os)
  const failed = receipts.failed === 0 ? null : fault('webhook.failures', { count: receipts.failed })
  const sources = os.config.webhooks.flatMap(({ source, on }) => on.flatMap((rule) => checkRule(os, source, rule)))
  const came: Check[] =
    os.config.webhooks.length === 0 && failed === null ? [] : [{ what: 'webhook events', fault: failed }]
  const told = subscriptions.map((line): Check => ({ what: `webhook ${line.id}`, fault: line.fault }))
  return [...sources, ...came, ...(await strangers(os)), ...told]
}

/** What comes in is external: a plan that lets such text choose who is written to would be refused each time. */
function checkRule({ config }: Os, source: string, rule: Rule): Check[] {
  if (rule.does !== 'start') return []
  const what = `webhook ${source} starts ${rule.workflow}`
  const workflows = config.workflows as readonly AnyWorkflow[]
  const workflow = workflows.find(({ name }) => name === rule.workflow)
  if (!workflow) {
    const nearest = didYouMean(
      rule.workflow,
      workflows.map(({ name }) => name),
    )
    return [{ what, fault: fault('webhook.no-workflow', { source, workflow: rule.workflow, nearest }) }]
  }
  const [first] = check(workflow.plan(), doersOf(workflow.doers()), { sources: { input: 'external' } })
  return [{ what, fault: first ?? null }]
}

const lately = days(1)

/** Who tried to deliver without the secret in the last day. */
async function strangers({ journal, clock, config, store }: Os): Promise<Check[]> {
  const since = clock.now() - lately
  const seqs = await store.read
    .selectFrom('events')
    .select('seq')
    .where('kind', '=', 'webhook.refused')
    .orderBy('seq', 'desc')
    .limit(mostTold)
    .execute()
  const events = (await journal.at(seqs.map(({ seq }) => seq))).filter((event) => event.at >= since)
  return config.webhooks.flatMap(({ source }): Check[] => {
    const told = events.flatMap((event) =>
      event.kind === 'webhook.refused' && event.payload?.source === source ? [{ ...event.payload, at: event.at }] : [],
    )
    const [first] = told
    if (!first) return []
    const count = told.reduce((sum, one) => sum + one.count, 0)
    const about = { source, count, since: isoInstant(first.at), why: told.at(-1)?.why ?? first.why }
    return [{ what: `webhook ${source} is signed`, fault: fault('webhook.knocking', about) }]
  })
}

// Two dozen a day for each of some forty sources.
const mostTold = 1000
