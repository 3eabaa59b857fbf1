import type { IdentityId } from '../../src/values/id.ts'
import { instant } from '../../src/values/time.ts'
import { start, type TestCompany } from '../identity/company.ts'

/** So many words, the common ones often and the rare ones seldom, as people speak. */
function words(random: () => number, count: number): string {
  return Array.from({ length: count }, () => vocabulary[Math.floor(random() ** 3 * vocabulary.length)]).join(' ')
}

/** What someone might want to do with a snapshot, in words of which some were said. */
export function purpose(random: () => number): string {
  const doing = ['write the next', 'answer about the', 'plan', 'what was agreed on', ''][Math.floor(random() * 5)]
  return `${doing} ${words(random, 1 + Math.floor(random() * 5))}`
}

/** Says so many things, a few minutes apart, in large transactions; gives when the last was said. */
export async function chat(
  { store, identities }: Pick<TestCompany, 'store' | 'identities'>,
  identity: IdentityId,
  count: number,
  random: () => number,
  from: number = start,
): Promise<number> {
  let at = from
  for (let done = 0; done < count; done += batch) {
    await store.write(async (tx) => {
      for (let one = done; one < Math.min(done + batch, count); one += 1) {
        at += Math.floor(random() * 600_000)
        const by = random() < 0.5 ? 'us' : 'them'
        const text = `${words(random, 4 + Math.floor(random() * 24))}. ${one}`
        const said = { identity, channel: 'mail', by, text, origin: 'external', at: instant(at) } as const
        await identities.interactions.record(tx, said)
      }
    })
  }
  return at
}

const batch = 2000

// 1,500 words of two and three syllables, none of which is a word of English that an index would leave out.
const vocabulary = ['ba', 'do', 'fi', 'gu', 'ke', 'lo', 'mi', 'nu', 'pa', 'ro', 'se', 'ti'].flatMap((one) =>
  ['ban', 'dor', 'fil', 'gum', 'kel'].flatMap((two) => [
    `${one}${two}`,
    ...[
      'ta',
      'vo',
      'zi',
      'mur',
      'len',
      'sop',
      'gat',
      'hil',
      'nex',
      'pol',
      'wim',
      'rud',
      'jos',
      'kam',
      'fet',
      'lub',
    ].map((three) => `${one}${two}${three}`),
    ...['xe', 'qua', 'ji', 'wo', 'hy', 'tre', 'blo', 'cra'].map((three) => `${three}${one}${two}`),
  ]),
)
