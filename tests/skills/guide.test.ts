import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { documents } from '../../src/adapters/index.ts'
import { readSkills } from '../../src/agents/read-skills.ts'
import type { AnyDoer } from '../../src/values/doer.ts'
import { skilled, tempFolder, writeSkill } from './skilled.ts'

const guide = readFileSync(join(import.meta.dirname, '../../docs/guide/skills.md'), 'utf8')

test('the skill in the guide is one, and declares what the guide says that it does', async () => {
  const [, text = ''] = /```markdown\n([\s\S]*?)```/.exec(guide) ?? []
  const folder = tempFolder()
  writeSkill(folder, 'house-offers', { 'SKILL.md': text })
  const doers = new Map<string, AnyDoer>(Object.values(documents.actions).map((one) => [one.name, one]))
  const clerk = skilled(['house-offers'], 1, { allow: [documents.read] })
  const [skill] = await readSkills(clerk, join(folder, 'skills'), doers)
  expect(skill?.body).toMatchObject({ name: 'house-offers', uses: ['documents.read'] })
  expect(skill?.body.instructions).toMatch(/^# Offers/)
})
