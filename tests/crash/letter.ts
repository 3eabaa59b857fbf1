import { z } from 'zod'
import type { Adapter } from '../../src/adapters/adapter.ts'
import { outbox } from '../../src/adapters/mail/outbox.ts'
import { audience } from '../../src/adapters/newsletters/audience.ts'
import { issueSchema as Issue, newsletters } from '../../src/adapters/ports/newsletters.ts'
import { agent, pure } from '../../src/agents/agent.ts'
import { workflow } from '../../src/planner/workflow.ts'
import { days } from '../../src/values/time.ts'
import { unsureMail } from './adapters.ts'
import type { Work } from './work.ts'

const notes = pure({
  name: 'notes',
  does: 'Gives what is known.',
  input: z.object({ topic: z.string() }),
  output: z.object({ subject: z.string(), sources: Issue.shape.sources, text: z.string() }),
  run: ({ topic }) => ({
    subject: topic,
    sources: [{ title: 'A', url: 'https://example.org/a', pointer: 'feeds:a' }],
    text: `All about ${topic}. It matters.`,
  }),
})

const writer = agent({
  name: 'writer',
  version: 1,
  does: 'Writes the issue.',
  input: z.object({ notes: notes.output }),
  output: Issue,
  tier: 'standard',
  instructions: './writer.md',
})

const count = pure({
  name: 'count',
  does: 'Counts.',
  input: z.object({ delivered: z.int() }),
  output: z.int(),
  run: ({ delivered }) => delivered,
})

const letter = workflow(
  { name: 'letter', input: z.object({ topic: z.string(), audience: z.string() }), deadline: days(14) },
  (flow, brief) => {
    const known = flow.task('notes', notes, { topic: brief.get('topic') })
    const draft = flow.task('draft', writer, { notes: known })
    const edited = flow.gate('edit', draft, {
      ask: 'Edit.',
      kind: 'confirm',
      covers: [newsletters.schedule, newsletters.send],
      within: days(5),
      otherwise: 'reject',
    })
    const campaign = flow.task('schedule', newsletters.schedule, {
      audience: brief.get('audience'),
      issue: edited,
      at: null,
    })
    const delivery = flow.task('distribute', newsletters.send, { campaign }, { delay: days(1) })
    return flow.task('analyze', count, { delivered: delivery.get('delivered') }, { delay: days(2) })
  },
)

/** A letter from brief to analysis, to five readers: over an outbox, or by mail that cannot tell whether it was sent. */
export function letterBy(mailer: 'outbox' | 'unsure'): Work {
  const mails: Adapter = mailer === 'outbox' ? outbox() : unsureMail
  return {
    workflow: letter,
    input: { topic: 'Tea', audience: 'audience:readers' },
    spec: { workflows: [letter], agents: [writer], adapters: [mails, audience({ from: 'Us <us@example.org>' })] },
    instructions: { 'writer.md': 'Write.' },
    returns: true,
    undo: false,
  }
}
