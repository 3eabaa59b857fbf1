import { z } from 'zod'
import type { Agent } from '../../agents/agent.ts'
import { type Workflow, workflow } from '../../planner/workflow.ts'
import type { AnyDoer } from '../../values/doer.ts'
import { hours } from '../../values/time.ts'

/**
 * What the agent `distiller` is given: some messages between the company and one identity, oldest first. All of it is text from outside
 * as far as it came from there.
 */
export const distillerInput = z.object({
  /** The kind of the identity: `person`. */
  kind: z.string(),
  messages: z
    .array(
      z.object({
        seq: z.int(),
        at: z.string(),
        by: z.enum(['us', 'them']),
        who: z.string().nullable(),
        text: z.string(),
      }),
    )
    .readonly(),
})

/** What the agent `distiller` answers: what will still be true in a year, with the `seq` of the messages that say so. */
export const distillerOutput = z.object({
  facts: z
    .array(
      z.object({
        key: z.string().max(60).describe('What it is about, in a word or two: allergy, contract price.'),
        is: z.string().max(300).describe('What is so, in a few words of the message.'),
        confidence: z.number().min(0).max(1),
        sources: z.array(z.int()).min(1).max(20).describe('The seq of each message that says so.'),
      }),
    )
    .max(40),
})

/** The name of the agent that a company gives this work to. */
const distillerName = 'distiller'

export type DistillerInput = z.infer<typeof distillerInput>
type Distiller = Agent<DistillerInput, z.infer<typeof distillerOutput>>

const given = distillerInput.extend({
  identity: z.string(),
  /** Up to which event the messages go. */
  through: z.int(),
})
export type DistilInput = z.infer<typeof given>

/** The agent, where the company has one. */
export function distillerIn(doers: ReadonlyMap<string, AnyDoer>): Distiller | undefined {
  const found = doers.get(distillerName)
  return found?.kind === 'agent' ? (found as Distiller) : undefined
}

const made = new WeakMap<Distiller, Workflow<DistilInput, z.infer<typeof distillerOutput>>>()

// History has waited for weeks; what has no answer after this is distilled without a model.
const deadline = hours(1)

/** The built-in workflow `distil`: one task. It asks nobody for money: where there is none, it fails, and forms of sentences do the work. */
export function distilWorkflow(distiller: Distiller) {
  const known = made.get(distiller)
  if (known) return known
  const drawn = workflow(
    { name: 'distil', input: given, lane: 'background', subject: (input) => input.get('identity'), deadline },
    (flow, input) =>
      flow.task(
        'distil',
        distiller,
        { kind: input.get('kind'), messages: input.get('messages') },
        { budget: { ...distiller.budget, whenSpent: 'stop' } },
      ),
  )
  made.set(distiller, drawn)
  return drawn
}
