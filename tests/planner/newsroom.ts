import { z } from 'zod'
import { action, port } from '../../src/adapters/port.ts'
import { agent, pure } from '../../src/agents/agent.ts'
import { workflow } from '../../src/planner/workflow.ts'
import { approved } from '../../src/values/approved.ts'
import { usd } from '../../src/values/money.ts'
import { days, minutes } from '../../src/values/time.ts'

// The doers of DESIGN §5's newsletter, and its workflow as written there.

export const Brief = z.object({ audience: z.string(), topic: z.string(), sendAt: z.string() })
const Notes = z.object({ points: z.array(z.string()), sources: z.array(z.object({ title: z.string() })) })
export const Draft = z.object({ title: z.string(), body: z.string() })
const Delivery = z.object({ sent: z.number().int(), bounced: z.number().int() })

export const feeds = port('feeds', {
  read: action({
    does: 'Reads the latest items of a feed.',
    risk: 'read',
    effect: 'none',
    input: z.object({ url: z.string() }),
    output: z.object({ items: z.array(z.object({ title: z.string(), url: z.string() })) }),
  }),
})

export const mail = port('mail', {
  send: action({
    does: 'Sends a mail.',
    risk: 'outward',
    effect: 'irreversible',
    input: z.object({ to: z.string(), subject: z.string(), text: approved(z.string()) }),
    output: z.object({ id: z.string() }),
    origin: 'system',
    content: ['subject', 'text'],
    recipients: (input) => [input.to],
  }),
})

export const newsletters = port('newsletters', {
  schedule: action({
    does: 'Stores an issue to be sent later.',
    risk: 'outward',
    effect: 'reversible',
    input: z.object({ issue: approved(Draft), at: z.string() }),
    output: z.object({ campaign: z.string() }),
    origin: 'system',
    content: ['issue'],
  }),
  send: action({
    does: 'Sends a stored issue to its audience.',
    risk: 'outward',
    effect: 'irreversible',
    input: z.object({ campaign: z.object({ campaign: z.string() }) }),
    output: Delivery,
    origin: 'system',
    audience: (input) => input.campaign.campaign,
  }),
})

export const researcher = agent({
  name: 'researcher',
  version: 1,
  does: 'Gathers what is new.',
  input: z.object({ brief: Brief }),
  output: Notes,
  tier: 'cheap',
  instructions: './researcher.md',
  allow: [feeds.read],
  budget: { cost: usd(0.2), time: minutes(4) },
})

export const writer = agent({
  name: 'writer',
  version: 1,
  does: 'Writes an issue.',
  input: z.object({ brief: Brief, notes: Notes }),
  output: Draft,
  tier: 'quality',
  instructions: './writer.md',
})

export const analyst = agent({
  name: 'analyst',
  version: 1,
  does: 'Says how an issue went.',
  input: z.object({ delivery: Delivery, issue: Draft }),
  output: z.object({ note: z.string() }),
  tier: 'cheap',
  instructions: './analyst.md',
  budget: { cost: usd(0.1), time: minutes(2) },
})

export const shout = pure({
  name: 'shout',
  does: 'Makes a text loud.',
  input: z.object({ text: z.string() }),
  output: z.string(),
  run: ({ text }) => text.toUpperCase(),
})

export const newsletter = workflow(
  {
    name: 'newsletter',
    input: Brief,
    lane: 'background',
    subject: (brief) => brief.get('audience'),
    budget: { cost: usd(2), time: minutes(30), whenSpent: 'ask' },
    deadline: days(14),
    upkeep: { owner: 'operator', reviewEvery: days(90), minutesPerMonth: 30 },
  },
  (flow, brief) => {
    const notes = flow.task('research', researcher, { brief })
    const draft = flow.task('draft', writer, { brief, notes }, { budget: { cost: usd(0.4), time: minutes(5) } })
    const edited = flow.gate('edit', draft, {
      ask: 'Edit the draft, then approve it for sending.',
      kind: 'confirm',
      covers: [newsletters.schedule, newsletters.send],
      within: days(5),
      otherwise: 'reject',
    })
    const campaign = flow.task('schedule', newsletters.schedule, { issue: edited, at: brief.get('sendAt') })
    const delivery = flow.task('distribute', newsletters.send, { campaign })
    return flow.task('analyze', analyst, { delivery, issue: edited }, { delay: days(2) })
  },
)
