import type { AgentBody } from '../agents/artifact.ts'
import type { Skill, SkillBody } from '../agents/skill.ts'
import { opened, skillNamed, skillTools, undeclaredIn } from '../agents/skill-tools.ts'
import type { ToolCall, ToolOffer } from '../models/ask.ts'
import type { ToolOutcome } from '../models/tool-answers.ts'
import { fault } from '../values/fault.ts'
import { reach } from '../values/json.ts'
import { jsonSchema, parse } from '../values/schema.ts'
import type { Kernel } from './kernel.ts'

/** The skills of one conversation: what they are, and which of them are open. */
export interface SkillsAtHand {
  readonly all: readonly Skill[]
  readonly offers: readonly ToolOffer[]
  /** What a call of a skill's tool gives, or why a call cannot be made with what is open; `undefined` for a call that is to be made. */
  answer(call: ToolCall): ToolOutcome | undefined
  /** Hears what a call was told, replayed ones too: what was given of a skill opens it. */
  told(call: ToolCall, outcome: ToolOutcome): void
}

/** The skills that a version is pinned to, from what is kept, all closed; `undefined` for an agent without. */
export async function skillsAtHand(
  { shelf }: Kernel,
  { allow, skills = [] }: AgentBody,
): Promise<SkillsAtHand | undefined> {
  if (skills.length === 0) return undefined
  const all = await Promise.all(
    skills.map(async ({ name, hash }) => {
      const body = await shelf.skill(hash)
      if (!body) throw new TypeError(`the skill ${name} was pinned and is not kept`)
      return { hash, body }
    }),
  )
  const open = new Map<string, SkillBody>()
  return {
    all,
    offers: skillTools.map(({ name, does, input }) => ({ name, does, input: jsonSchema(input) })),
    answer(call) {
      if (isOurs(call)) return given(all, call)
      // What it never had is refused as it always is.
      return allow.includes(call.name) ? refusal([...open.values()], call.name) : undefined
    },
    told(call, outcome) {
      if (!isOurs(call) || !('output' in outcome)) return
      const body = skillNamed(all, String(reach(call.input, ['name'])))
      if (typeof body !== 'string') open.set(body.name, body)
    },
  }
}

function isOurs({ name }: ToolCall): boolean {
  return skillTools.some((tool) => tool.name === name)
}

const [opening, reading] = skillTools

/** Out of what is kept: a path is a name in a list here, and nothing is looked up in any folder. */
function given(all: readonly Skill[], call: ToolCall): ToolOutcome {
  if (call.problem) return { refused: call.problem }
  return call.name === reading.name ? file(all, call) : instructions(all, call)
}

function instructions(all: readonly Skill[], { input }: ToolCall): ToolOutcome {
  const asked = parse(opening.input, input)
  if (!asked.ok) return unfit(asked.why)
  const body = skillNamed(all, asked.value.name)
  return typeof body === 'string' ? { refused: body } : { output: opened(body) }
}

function file(all: readonly Skill[], { input }: ToolCall): ToolOutcome {
  const asked = parse(reading.input, input)
  if (!asked.ok) return unfit(asked.why)
  const body = skillNamed(all, asked.value.name)
  if (typeof body === 'string') return { refused: body }
  const found = body.files.find(({ path }) => path === asked.value.path)
  if (found) return { output: { path: found.path, text: found.text } }
  const listed = body.files.map(({ path }) => path).join(', ')
  return { refused: `The skill has no such file. It has: ${listed === '' ? 'none' : listed}.` }
}

function unfit(why: string): ToolOutcome {
  return { refused: `This input does not fit: ${why}.` }
}

function refusal(open: readonly SkillBody[], tool: string): ToolOutcome | undefined {
  const skill = undeclaredIn(open, tool)
  return skill && { refused: fault('skill.undeclared', { tool, skill: skill.name }).message }
}
