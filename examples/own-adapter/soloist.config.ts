import { company, workflow } from 'soloist'
import { z } from 'zod'
import { fileNotebook } from './file-notebook.ts'
import { notebook } from './notebook.ts'

const noteCall = workflow(
  { name: 'note-call', input: z.object({ who: z.string(), text: z.string() }) },
  (flow, input) => flow.task('note', notebook.add, { who: input.get('who'), text: input.get('text') }),
)

export default company({
  name: 'Own adapter',
  operator: { name: 'Robin Vale', email: 'robin@example.org', timeZone: 'UTC' },
  workflows: [noteCall],
  adapters: [fileNotebook],
})
