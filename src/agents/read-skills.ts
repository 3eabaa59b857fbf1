import { join } from 'node:path'
import type { AnyDoer } from '../values/doer.ts'
import { refuse } from '../values/fault.ts'
import { didYouMean } from '../values/nearest.ts'
import type { Agent } from './agent.ts'
import { type Skill, skillOf } from './skill.ts'
import { readSkillFiles } from './skill-files.ts'
import { type NoSkill, readSkillText, skillName } from './skill-head.ts'
import { skillTools } from './skill-tools.ts'

/** An agent as far as its skills ask. */
type Skilled = Pick<Agent<never, never>, 'name' | 'skills' | 'allow' | 'run'>

/** The file that makes a folder a skill. */
const skillFile = 'SKILL.md'

// Each costs its description in every prompt.
const mostSkills = 20

/**
 * The skills of an agent as the company's `skills/` has them now. A skill may declare only what the agent may use anyway: through a skill
 * nobody gets a capability. Faults: `skill.missing`, `skill.invalid`, `skill.forbidden`, `input.too-large`.
 */
export async function readSkills(
  agent: Skilled,
  folder: string,
  doers: ReadonlyMap<string, AnyDoer>,
): Promise<readonly Skill[]> {
  const names = [...new Set(agent.skills)]
  if (names.length > mostSkills)
    refuse('input.too-large', {
      what: `The list of skills of ${agent.name}`,
      size: `${names.length}`,
      limit: `${mostSkills}`,
    })
  const skills: Skill[] = []
  for (const name of names) skills.push(await readSkill(agent, name, folder, doers))
  return skills
}

async function readSkill(
  agent: Skilled,
  name: string,
  folder: string,
  doers: ReadonlyMap<string, AnyDoer>,
): Promise<Skill> {
  const path = join(folder, name, skillFile)
  const invalid = ({ why, write }: NoSkill): never => refuse('skill.invalid', { path, why, write })
  if (!skillName.test(name)) refuse('skill.missing', { agent: agent.name, skill: name, path: folder })
  const [taken] = skillTools.filter((tool) => agent.allow.some((action) => action.name === tool.name))
  if (agent.run !== null) invalid({ why: `${agent.name} is code, and code opens no skills`, write: codeHasNone })
  if (taken) invalid({ why: `${agent.name} may use an action ${taken.name}`, write: 'Give that action another name' })
  const files = await readSkillFiles(join(folder, name))
  if (files && 'why' in files) return invalid(files)
  const text = files?.find((file) => file.path === skillFile)?.text
  if (files === undefined || text === undefined)
    return refuse('skill.missing', { agent: agent.name, skill: name, path })
  const read = await readSkillText(text)
  if ('why' in read) return invalid(read)
  if (read.name !== name)
    invalid({ why: `it calls itself ${read.name}`, write: `Write "name: ${name}", as its folder is called` })
  for (const action of read.uses) {
    if (doers.get(action)?.kind !== 'action') invalid(unknown(action, doers))
    if (!agent.allow.some((allowed) => allowed.name === action))
      refuse('skill.forbidden', { skill: name, action, agent: agent.name, path })
  }
  return skillOf({ kind: 'skill', ...read, files: files.filter((file) => file.path !== skillFile) })
}

const codeHasNone = 'Take its skills out, or its run'

function unknown(action: string, doers: ReadonlyMap<string, AnyDoer>): NoSkill {
  const actions = [...doers.values()].filter((doer) => doer.kind === 'action').map((doer) => doer.name)
  const shown = action.slice(0, 60)
  return {
    why: `its allowed-tools name ${shown}, which nobody here does.${didYouMean(action, actions)}`.replace(/\.$/, ''),
    write: 'Name actions of this company, such as mail.send, or take it out',
  }
}
