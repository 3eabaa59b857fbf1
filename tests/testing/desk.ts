import { agent, company, days, pure, usd, workflow } from 'soloist'
import { mail, outbox } from 'soloist/adapters'
import { z } from 'zod'

/** A small company for rehearsals: an agent writes, the operator looks, a mail goes out, and a day later a function counts. */
const greeter = agent({
  name: 'greeter',
  version: 1,
  does: 'Writes a welcome.',
  tier: 'standard',
  instructions: './greeter.md',
  input: z.object({ name: z.string() }),
  output: z.object({ text: z.string() }),
  budget: { cost: usd(1) },
})

const compose = pure({
  name: 'compose',
  does: 'Makes a mail of a welcome.',
  input: z.object({ to: z.string(), text: z.string() }),
  output: z.object({ to: z.string(), subject: z.string(), text: z.string() }),
  run: ({ to, text }) => ({ to, subject: 'Welcome', text }),
})

const length = pure({
  name: 'length',
  does: 'Counts.',
  input: z.object({ text: z.string(), after: z.unknown() }),
  output: z.object({ letters: z.number() }),
  run: ({ text }) => ({ letters: text.length }),
})

const welcome = workflow(
  {
    name: 'welcome',
    input: z.object({ to: z.string(), name: z.string() }),
    subject: (input) => input.get('to'),
    budget: { cost: usd(2) },
    deadline: days(10),
  },
  (flow, input) => {
    const draft = flow.task('write', greeter, { name: input.get('name') })
    const letter = flow.task('compose', compose, { to: input.get('to'), text: draft.get('text') })
    const checked = flow.gate('check', letter, { ask: 'Send it?', covers: [mail.send], within: days(3) })
    const sent = flow.task('send', mail.send, {
      to: checked.get('to'),
      subject: checked.get('subject'),
      text: checked.get('text'),
    })
    return flow.task('count', length, { text: checked.get('text'), after: sent }, { delay: days(1) })
  },
)

/** The gate looks at what the agent made itself, so that it can be returned to it. */
const note = workflow({ name: 'note', input: z.object({ name: z.string() }) }, (flow, input) =>
  flow.gate('look', flow.task('write', greeter, { name: input.get('name') }), { ask: 'Keep it?' }),
)

export const desk = company({
  name: 'Welcomes',
  operator: { name: 'Op', email: 'op@example.org', timeZone: 'UTC' },
  workflows: [welcome, note],
  agents: [greeter],
  adapters: [outbox()],
})

export const files = { 'agents/greeter.md': 'Be brief.' }
export const ana = { to: 'ana@example.org', name: 'Ana' }
