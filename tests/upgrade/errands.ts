import { z } from 'zod'
import { type Adapter, adapter } from '../../src/adapters/adapter.ts'
import { action, port } from '../../src/adapters/port.ts'
import { pure } from '../../src/agents/agent.ts'
import { isTrue } from '../../src/planner/condition.ts'
import { workflow } from '../../src/planner/workflow.ts'
import { refuse } from '../../src/values/fault.ts'
import { days, seconds } from '../../src/values/time.ts'
import { crowd, letters, officeAdapters, type PostOffice, rounds } from '../archive/post-office.ts'

const text = z.object({ text: z.string() })

/** A wire that is cut when it is told so: nobody knows whether the telegram arrived. */
export const wire = { cut: true, denies: false }

const telegraph = port('telegraph', {
  send: action({ does: 'Sends a telegram.', risk: 'outward', effect: 'irreversible', input: text, output: text }),
})

const telegrams: Adapter = adapter(
  telegraph,
  { name: 'wire', secrets: [], connect: () => wire, timeout: seconds(10) },
  {
    send: {
      idempotency: 'none',
      do: async (it, input) => {
        if (it.denies) refuse('adapter.refused', { adapter: 'wire', action: 'telegraph.send', why: 'it is shut' })
        if (it.cut) throw new Error('cut')
        return input
      },
      presume: (input) => input,
    },
  },
)

const stumble = pure({
  name: 'stumble',
  does: 'Fails while the text says so.',
  input: z.object({ text: z.string() }),
  output: z.string(),
  run: ({ text: said }) =>
    said === 'fail' ? refuse('function.failed', { name: 'stumble', why: 'it was told to' }) : said,
})

const asks = pure({
  name: 'asks',
  does: 'Says whether a text is a question.',
  input: z.object({ text: z.string() }),
  output: z.object({ question: z.boolean() }),
  run: ({ text: said }) => ({ question: said.endsWith('?') }),
})

const telegram = workflow({ name: 'telegram', input: text }, (flow, input) => {
  const read = flow.gate('read', input, {
    ask: 'Send it?',
    covers: [telegraph.send],
    within: days(1),
    otherwise: 'reject',
  })
  return flow.task('send', telegraph.send, { text: read.get('text') })
})

const errand = workflow({ name: 'errand', input: text }, (flow, input) => {
  const kind = flow.task('kind', asks, { text: input.get('text') })
  flow.when('answer', isTrue(kind.get('question')), () => flow.task('think', stumble, { text: input.get('text') }))
  const now = flow.task('now', stumble, { text: input.get('text') })
  return flow.task('later', stumble, { text: now }, { delay: days(2) })
})

/** What the companies of these tests do; later versions of Soloist finish what an earlier one began with it. */
export const spec = (office: PostOffice) => ({
  workflows: [letters, rounds, crowd, telegram, errand],
  adapters: [...officeAdapters(office), telegrams],
})
