import { z } from 'zod'
import {
  agent,
  company,
  days,
  hours,
  minutes,
  pure,
  type Ref,
  schedule,
  seconds,
  usd,
  workflow,
} from '../../src/index.ts'
import { CallFailed } from '../../src/models/call-failed.ts'
import type { ModelChoice } from '../../src/models/model.ts'
import type { Config } from '../../src/os/config.ts'
import { type Reply, scriptedModel } from '../../src/testing/scripted-model.ts'
import { fault } from '../../src/values/fault.ts'
import { office } from './outside.ts'

/** `who` it is about: the company itself where it is about nobody. */
const Topic = z.object({ topic: z.string(), who: z.string().default('idn_company') })
const Given = Topic.omit({ who: true })
const subject = (given: Ref<z.infer<typeof Topic>>): Ref<string> => given.get('who')
const Words = z.object({ text: z.string() })

const writerOf = (version: number) =>
  agent({
    name: 'writer',
    version,
    does: `Writes, the ${version}. way.`,
    input: Given,
    output: Words,
    tier: 'quality',
    instructions: './writer.md',
  })

const answerer = agent({
  name: 'answerer',
  version: 1,
  does: 'Answers.',
  input: Given,
  output: Words,
  tier: 'standard',
  instructions: './answerer.md',
  fallback: pure({
    name: 'rules',
    does: 'Answers by rules.',
    input: Given,
    output: Words,
    run: ({ topic }) => ({ text: `By rules: ${topic}` }),
  }),
})

const invoice = pure({
  name: 'invoice',
  does: 'Makes an invoice.',
  input: Given,
  output: z.object({ text: z.string(), payee: z.string(), cents: z.int() }),
  run: ({ topic }) => ({ text: topic, payee: `payee-${topic.length % 3}`, cents: 100 + topic.length }),
})

const parcel = pure({
  name: 'parcel',
  does: 'Takes apart.',
  input: Given,
  output: z.object({ parts: z.array(z.string()) }),
  run: ({ topic }) => ({ parts: Array.from({ length: (topic.length % 4) + 1 }, (_none, at) => `${topic}/${at}`) }),
})

const patient = { attempts: 6, first: seconds(20), factor: 3, most: hours(2) }

/** Written each morning; nothing is posted that was not looked at. */
const columnBy = (writer: ReturnType<typeof writerOf>) =>
  workflow(
    { name: 'column', input: Topic, lane: 'background', subject, budget: { cost: usd(0.05), whenSpent: 'ask' } },
    (flow, given) => {
      const draft = flow.task('draft', writer, { topic: given.get('topic') }, { retry: patient })
      const edited = flow.gate('edit', draft, { ask: 'Post it?', covers: [office.post], within: days(2) })
      return flow.task('post', office.post, { text: edited.get('text') }, { retry: patient })
    },
  )

/** Somebody waits for it; the mail is let out by a grant, or by the operator. */
const answer = workflow({ name: 'answer', input: Topic, lane: 'interactive', subject }, (flow, given) => {
  const reply = flow.task('reply', answerer, { topic: given.get('topic') }, { budget: { time: minutes(2) } })
  return flow.task('mail', office.mail, { text: reply.get('text'), to: given.get('who') }, { retry: patient })
})

/** Money: looked at one by one. */
const bill = workflow(
  { name: 'bill', input: Topic, lane: 'background', subject, deadline: days(10) },
  (flow, given) => {
    const made = flow.task('make', invoice, { topic: given.get('topic') })
    const seen = flow.gate('see', made, {
      ask: 'Charge it?',
      covers: [office.charge],
      within: days(3),
      otherwise: 'wait',
    })
    return flow.task(
      'charge',
      office.charge,
      { text: seen.get('text'), payee: seen.get('payee'), cents: seen.get('cents') },
      { retry: patient },
    )
  },
)

/** Internal, many at once, and to be taken back. */
const tidy = workflow({ name: 'tidy', input: Topic, lane: 'background', subject }, (flow, given) => {
  const parts = flow.task('parts', parcel, { topic: given.get('topic') })
  return flow.each('shelves', parts.get('parts'), { max: 10 }, (part) =>
    flow.task('shelve', office.shelve, { text: part }, { retry: patient }),
  )
})

export const workflows = ['column', 'answer', 'bill', 'tidy'] as const

/** The company that is simulated, with its writer in this version; what is outside it is put in by the rehearsal. */
export function officeConfig(models: Config['models'], version: number): Config {
  const writer = writerOf(version)
  const column = columnBy(writer)
  return company({
    name: 'Office',
    operator: { name: 'Op', email: 'op@example.org', timeZone: 'Europe/Berlin' },
    workflows: [column, answer, bill, tidy],
    agents: [writer, answerer],
    models,
    budgets: { monthly: usd(2) },
    schedules: [schedule({ name: 'daily', workflow: column, cron: '0 8 * * *', input: { topic: 'the day' } })],
  })
}

const price = { perMillionIn: usd(3), perMillionOut: usd(15) }

/** Two accounts, three tiers; of ten calls one goes wrong in some way. */
export function officeModels(random: () => number): Config['models'] {
  const model = (name: string): ModelChoice =>
    scriptedModel(({ prompt }) => replyOf(name, prompt, random), { name, price, maxOutputTokens: 300 })
  return {
    quality: [model('alpha/best'), model('beta/best')],
    standard: [model('beta/good'), model('alpha/good')],
    cheap: [model('alpha/small')],
  }
}

let answers = 0

function replyOf(model: string, prompt: string, random: () => number): Reply {
  const dice = random()
  answers += 1
  if (dice < 0.03) return { text: 'I would rather not.' }
  if (dice < 0.05) return { output: { wrong: true } }
  if (dice < 0.1) {
    const why = fault('model.unreachable', { model, why: 'it is down' })
    const owed = dice < 0.08 ? 'nothing' : 'unknown'
    return { error: new CallFailed(why, { failure: 'down', owed, ofAccount: true }) }
  }
  // What it was told of someone it says again.
  const said = new Set(prompt.match(/zq[a-z]+xw/g))
  return { output: { text: `Words ${answers} ${[...said].join(' ')}` }, confidence: 0.5 + random() / 2 }
}
