import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { agent, type UpkeepSpec, workflow } from '../../src/index.ts'
import type { CompanySpec } from '../../src/os/config.ts'
import type { ScriptedModel } from '../../src/testing/scripted-model.ts'
import { newFolder, openIn } from '../releases/company.ts'

const Given = z.object({ about: z.string() })
const Text = z.object({ body: z.string() })

/** A workflow `NAME` whose one task is done by an agent `NAME-writer`, both with this upkeep, and looked at by the operator if so wished. */
export function automation(name: string, upkeep: UpkeepSpec | undefined, looked = false) {
  const rules = upkeep ? { upkeep } : {}
  const writer = agent({
    name: `${name}-writer`,
    version: 1,
    does: 'Writes.',
    input: Given,
    output: Text,
    tier: 'standard',
    instructions: './writer-1.md',
    ...rules,
  })
  return workflow({ name, input: Given, ...rules }, (flow, given) => {
    const work = flow.task('work', writer, { about: given.get('about') })
    return looked ? flow.gate('look', work, { ask: 'Good?', otherwise: 'wait' }) : work
  })
}

/** A company of such workflows, opened for real; the clock stands at 2026-03-13 09:00 UTC. */
export async function upkeepCompany(spec: Partial<CompanySpec>, model?: ScriptedModel) {
  const company = await openIn(newFolder(), spec, model)
  onTestFinished(() => company.close())
  return company
}
export type UpkeepCompany = Awaited<ReturnType<typeof upkeepCompany>>
