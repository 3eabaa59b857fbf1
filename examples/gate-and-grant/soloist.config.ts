import { company, workflow } from 'soloist'
import { z } from 'zod'
import { board, folderBoard } from './board.ts'

// No gate is drawn here: what an action risks decides that the operator is asked.
const announce = workflow({ name: 'announce', input: z.object({ text: z.string() }) }, (flow, input) =>
  flow.task('post', board.post, { text: input.get('text') }),
)

export default company({
  name: 'Gate and grant',
  operator: { name: 'Robin Vale', email: 'robin@example.org', timeZone: 'UTC' },
  workflows: [announce],
  adapters: [folderBoard],
})
