import type { Perform } from '../../../src/executor/perform.ts'
import { oneTask, threeSteps } from '../../workflows.ts'
import { compete } from '../compete.ts'
import { openSoloist } from './soloist.ts'

// A run of one task that does three journalled steps, as an agent's turns and actions are.
await compete((place, returned) => {
  const perform: Perform = async (attempt) => {
    const end = await threeSteps(attempt)
    if (end.kind === 'done') returned((end.outcome.output as { readonly text: string }).text)
    return end
  }
  return openSoloist(place, { workflow: oneTask, perform, step: 'step.done' })
})
