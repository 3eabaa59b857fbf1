import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { type Agent, type AgentSpec, agent, role, workflow } from '../../src/index.ts'
import type { CompanySpec } from '../../src/os/config.ts'
import { type ScriptedModel, scriptedModel } from '../../src/testing/scripted-model.ts'
import { usd } from '../../src/values/money.ts'
import { newFolder, openIn } from '../releases/company.ts'

export const Given = z.object({ about: z.string() })
export const Text = z.object({ body: z.string() })
type Spec = AgentSpec<z.infer<typeof Given>, z.infer<typeof Text>>
export type Writer = Agent<z.infer<typeof Given>, z.infer<typeof Text>>

/** A writer of these languages. */
export function writer(name: string, languages: readonly string[], more: Partial<Spec> = {}): Writer {
  return agent({
    name,
    version: 1,
    does: 'Writes.',
    input: Given,
    output: Text,
    tier: 'standard',
    instructions: './writer-1.md',
    role: { name: 'writer', able: { language: languages } },
    ...more,
  })
}

/** Its one task wants a writer of German, like `like`. */
export const german = (like: Writer) =>
  workflow({ name: 'letter', input: Given }, (flow, given) =>
    flow.task('work', role('writer', { language: 'de' }, like), { about: given.get('about') }),
  )

const price = { perMillionIn: usd(1), perMillionOut: usd(10) }
const says = (body = 'Guten Tag', more: { dear?: boolean } = {}): ScriptedModel =>
  scriptedModel(() => ({ output: { body } }), {
    price: more.dear ? { perMillionIn: usd(10), perMillionOut: usd(100) } : price,
  })

export async function routingCompany(spec: Partial<CompanySpec>, folder = newFolder()) {
  const company = await openIn(folder, {
    models: { quality: [says('fine', { dear: true })], standard: [says()] },
    ...spec,
  })
  let open = true
  const close = async (): Promise<void> => {
    if (open) await company.close()
    open = false
  }
  onTestFinished(close)
  return {
    ...company,
    close,
    /** Who made what the run's task gave, and the event that says why. */
    async madeBy(run: Awaited<ReturnType<typeof company.run>>) {
      const events = await company.kernel.journal.page({ after: 0, limit: 1000, run })
      const done = events.findLast((event) => event.kind === 'task.done')
      const routed = events.filter((event) => event.kind === 'task.routed')
      return {
        by: done?.kind === 'task.done' ? done.payload?.madeBy?.doer : undefined,
        routed: routed.map((event) => (event.kind === 'task.routed' ? event.payload : null)),
      }
    },
  }
}
