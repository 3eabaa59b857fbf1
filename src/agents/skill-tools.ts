import { z } from 'zod'
import type { Json } from '../values/json.ts'
import type { AgentBody } from './artifact.ts'
import type { Skill, SkillBody } from './skill.ts'

const opening = z.strictObject({ name: z.string() })
const reading = z.strictObject({ name: z.string(), path: z.string() })

/** What an agent with skills may ask for besides its actions. They do nothing: they give texts that the agent is pinned to. */
export const skillTools = [
  {
    name: 'skill.open',
    does: 'Opens one of your skills: gives its instructions and the list of its files. From then on only tools that it declares can be used.',
    input: opening,
  },
  {
    name: 'skill.read',
    does: 'Gives a file of one of your skills. Reading of a skill opens it.',
    input: reading,
  },
] as const

/** The canonical names of all that an agent may ask for, in the order in which a model is offered it. */
export function offeredTo({ allow, skills = [] }: Pick<AgentBody, 'allow' | 'skills'>): readonly string[] {
  return skills.length === 0 ? allow : [...allow, ...skillTools.map((tool) => tool.name)]
}

/** What opening a skill gives. */
export function opened({ name, instructions, uses, files }: SkillBody): Json {
  return { name, instructions, tools: uses, files: files.map((file) => file.path) }
}

/** The skill of this name, or who there is. */
export function skillNamed(skills: readonly Skill[], name: string): SkillBody | string {
  const found = skills.find(({ body }) => body.name === name)?.body
  return found ?? `You have no such skill. You have: ${skills.map(({ body }) => body.name).join(', ')}.`
}

/**
 * Why an action may not be used with these skills open; `undefined` where it may. Each of them has to declare it: what was read cannot be
 * unread, so that opening a skill takes away and never adds.
 */
export function undeclaredIn(open: readonly SkillBody[], action: string): SkillBody | undefined {
  return open.find(({ uses }) => !uses.includes(action))
}
