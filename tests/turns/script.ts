import type { Reply } from '../../src/testing/scripted-model.ts'
import { seeded } from '../../src/values/chance.ts'
import type { Json } from '../../src/values/json.ts'
import type { World } from './desk.ts'

/** What a model says, turn by turn, in a world of its own. `replies` of a looping one never ends. */
export interface Script {
  readonly name: string
  readonly replies: (world: World) => Generator<Reply, void>
}

/** A family of scripts: what a seed makes of it. */
export type Family = (chance: Chance) => Script['replies']

/** A whole number from `least` to `most`. */
export type Chance = (least: number, most: number) => number

/** So many scripts of each family, each with a seed of its own. */
export function scriptsOf(families: Readonly<Record<string, Family>>, ofEach: number): readonly Script[] {
  return Object.entries(families).flatMap(([name, family], row) =>
    Array.from({ length: ofEach }, (_, index) => ({
      name: `${name}, ${index + 1}`,
      replies: family(chanceOf(1 + row * 1000 + index)),
    })),
  )
}

export const call = (name: string, input: Json): { readonly name: string; readonly input: Json } => ({
  name: `desk.${name}`,
  input,
})
export const uses = (...tools: ReturnType<typeof call>[]): Reply => ({ tools })
export const answer: Reply = { output: { body: 'done' } }

const words = ['acme', 'birch', 'cedar', 'delta', 'ember', 'fjord', 'grove', 'harbour', 'inlet', 'juniper', 'kestrel']
export const word = (index: number): string => words[index % words.length] ?? 'acme'

function chanceOf(seed: number): Chance {
  const random = seeded(seed)
  return (least, most) => least + Math.floor(random() * (most - least + 1))
}
