import { z } from 'zod'
import { newsletters } from '../../src/adapters/index.ts'
import { issueSchema as Issue } from '../../src/adapters/ports/newsletters.ts'
import { days, pure, workflow } from '../../src/index.ts'

const writer = pure({
  name: 'write',
  does: 'Writes the letter.',
  input: z.object({ topic: z.string() }),
  output: Issue,
  run: ({ topic }) => ({ subject: topic, markdown: `# ${topic}\n\nIt is all about it.`, sources: [] }),
})

/** One letter to one audience, approved by the operator before it goes. */
export const letter = workflow(
  { name: 'letter', input: z.object({ topic: z.string(), audience: z.string() }), deadline: days(14) },
  (flow, brief) => {
    const draft = flow.task('write', writer, { topic: brief.get('topic') })
    const edited = flow.gate('edit', draft, {
      ask: 'Send it?',
      kind: 'confirm',
      covers: [newsletters.schedule, newsletters.send],
      within: days(5),
      otherwise: 'reject',
    })
    const to = brief.get('audience')
    const campaign = flow.task('schedule', newsletters.schedule, { audience: to, issue: edited, at: null })
    return flow.task('distribute', newsletters.send, { campaign })
  },
)

export const lettersFrom = 'Us <us@example.org>'
