import { contentHash } from '../values/json.ts'

/** A skill as it is kept: a way of working, what it may use, and its files. Whoever has this needs no folder. */
export interface SkillBody {
  readonly kind: 'skill'
  readonly name: string
  /** What it is good for: all that an agent knows of it before it opens it. */
  readonly description: string
  /** Canonical names of the actions that it declares. With the skill open, no others may be used. */
  readonly uses: readonly string[]
  /** The head of its SKILL.md as it stands, for what we do not read of it. */
  readonly head: string
  readonly instructions: string
  /** In the order of their paths. */
  readonly files: readonly SkillFile[]
}

/** A text beside SKILL.md; `path` is relative to its folder, with `/`. */
export interface SkillFile {
  readonly path: string
  readonly text: string
}

/** A version of a skill, known by the hash of its body. Agents are pinned to it by that. */
export interface Skill {
  readonly hash: string
  readonly body: SkillBody
}

export function skillOf(body: SkillBody): Skill {
  return { hash: contentHash(body), body }
}
