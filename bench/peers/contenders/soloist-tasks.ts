import { z } from 'zod'
import { pure } from '../../../src/agents/agent.ts'
import { workflow } from '../../../src/planner/workflow.ts'
import { compete } from '../compete.ts'
import { openSoloist } from './soloist.ts'

const Text = z.object({ text: z.string() })
type Text = z.infer<typeof Text>

// A run of three function tasks: each is claimed under a lease of its own, may be retried alone, and has its inputs checked.
await compete((place, returned) => {
  const echo = pure<Text, Text>({
    name: 'echo',
    does: 'Gives back what it got.',
    input: Text,
    output: Text,
    run: (given) => given,
  })
  const last = pure<Text, Text>({
    ...echo,
    name: 'last',
    run: ({ text }) => {
      returned(text)
      return { text }
    },
  })
  const threeTasks = workflow({ name: 'three-tasks', input: Text }, (flow, given) => {
    const first = flow.task('first', echo, { text: given.get('text') })
    const second = flow.task('second', echo, { text: first.get('text') })
    return flow.task('third', last, { text: second.get('text') })
  })
  return openSoloist(place, { workflow: threeTasks, step: 'task.done' })
})
