import { seeded } from '../../src/values/chance.ts'

/** How a provider answers one request. */
export const behaviours = [
  'answers',
  'answers without usage',
  'answers in another form',
  'drips',
  'limits, in seconds',
  'limits, to a date',
  'limits, in milliseconds',
  'fails with 500',
  'fails with 502',
  'fails with 503',
  'hangs',
  'hangs up in the middle',
  'answers broken JSON',
  'answers a page',
  'answers nothing',
] as const
export type Behaviour = (typeof behaviours)[number]

/** Where a model has worked, and is paid for it, whatever became of what it said. */
export const works: ReadonlySet<Behaviour> = new Set<Behaviour>([
  'answers',
  'answers without usage',
  'answers in another form',
  'drips',
  'fails with 502',
  'hangs',
  'hangs up in the middle',
  'answers broken JSON',
  'answers nothing',
])

/** Where the provider itself says that it did not work. */
export const declines: ReadonlySet<Behaviour> = new Set<Behaviour>([
  'limits, in seconds',
  'limits, to a date',
  'limits, in milliseconds',
  'fails with 500',
  'fails with 503',
])

// One spell of weather: long enough to open a breaker, short enough that a run sees it change.
const spellMs = 30_000
// Of an account in fair, rough and foul weather, how many of a hundred requests are answered as they should be.
const fair = { chance: 0.3, answered: 0.9 }
const rough = { chance: 0.5, answered: 0.5 }

/** How the requests of an account go, by seed and time: fair, rough, or the same trouble for everybody. */
export function weather(seed: number): (account: string, at: number) => Behaviour {
  const drawn = new Map<string, () => number>()
  const spells = new Map<string, { readonly answered: number; readonly trouble: Behaviour | undefined }>()
  const random = (name: string): (() => number) => {
    const known =
      drawn.get(name) ?? seeded([...name].reduce((sum, sign) => Math.imul(sum ^ sign.charCodeAt(0), 0x01000193), seed))
    drawn.set(name, known)
    return known
  }
  return (account, at) => {
    const name = `${account} ${Math.floor(at / spellMs)}`
    const spell = spells.get(name) ?? spellOf(random(name))
    spells.set(name, spell)
    const chance = random(account)
    if (chance() < spell.answered) return 'answers'
    return spell.trouble ?? pickFrom(troubles, chance())
  }
}

const troubles = behaviours.slice(1)

function spellOf(random: () => number): { readonly answered: number; readonly trouble: Behaviour | undefined } {
  const sky = random()
  if (sky < fair.chance) return { answered: fair.answered, trouble: undefined }
  if (sky < rough.chance) return { answered: rough.answered, trouble: undefined }
  return { answered: 0, trouble: pickFrom(troubles, random()) }
}

function pickFrom(some: readonly Behaviour[], chance: number): Behaviour {
  return some[Math.floor(chance * some.length)] ?? 'answers'
}
