import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { z } from 'zod'
import type { AgentSpec } from '../../src/index.ts'
import type { Reply, ScriptedModel } from '../../src/testing/scripted-model.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { type Provider, provider, shop } from '../executor/shop.ts'
import { flows, type Given, openIn, type ReleaseCompany, type Text, writer } from '../releases/company.ts'

type Files = Readonly<Record<string, string>>

export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'soloist-skills-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The text of a SKILL.md. */
export function skillText(name: string, uses: string, body: string, more = ''): string {
  const declared = uses === '' ? '' : `allowed-tools: ${uses}\n`
  return `---\nname: ${name}\ndescription: What ${name} is good for.\n${declared}${more}---\n\n${body}\n`
}

/** Writes the files of a skill into a company's folder. */
export function writeSkill(folder: string, name: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    const full = join(folder, 'skills', name, path)
    mkdirSync(dirname(full), { recursive: true })
    writeFileSync(full, text)
  }
}

export const offers = {
  'SKILL.md': skillText('house-offers', 'shop.look shop.note', 'Look it up, then note it. See prices.md.'),
  'prices.md': 'Tea: 3.',
}

export interface Skilled extends ReleaseCompany {
  readonly corner: Provider
  readonly model: ScriptedModel
}

/** A writer that may look, note and post, with these skills. */
export const skilled = (
  skills: readonly string[],
  version = 1,
  more: Partial<AgentSpec<z.infer<typeof Given>, z.infer<typeof Text>>> = {},
) => writer(version, { allow: [shop.look, shop.note, shop.post], skills, ...more })

export const good: Reply = { output: { body: 'fine' } }
export const open = (name: string) => ({ name: 'skill.open', input: { name } })
export const note = (to: string) => ({ name: 'shop.note', input: { to, text: 'hi' } })

/** Opens the company of a folder, with a writer of these skills and a model that says this. */
export async function openSkilled(
  folder: string,
  by: ReturnType<typeof skilled>,
  model: ScriptedModel | readonly Reply[],
): Promise<Skilled> {
  const corner = provider('key')
  const asked = Array.isArray(model) ? scriptedModel(model) : (model as ScriptedModel)
  const company = await openIn(folder, { workflows: flows(by), adapters: [corner.adapter] }, asked)
  return { ...company, corner, model: asked }
}

/** The text that a model was given after its nth turn, with what tools gave. */
export function heard(model: ScriptedModel, turn: number): string {
  return (model.calls[turn]?.prompt ?? '').replaceAll('\\"', '"').replaceAll('\\n', '\n')
}
