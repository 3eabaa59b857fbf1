import { parseArgs } from 'node:util'
import { alikeWords } from '../src/memory/lexicon.ts'
import { openRecall } from '../src/memory/open-recall.ts'
import type { Recall } from '../src/memory/recall.ts'
import { seeded } from '../src/values/chance.ts'
import type { IdentityId } from '../src/values/id.ts'
import { instant } from '../src/values/time.ts'
import { quantile } from './measure.ts'
import { openRemembering, type Remembering } from './remembering.ts'

// How long recall takes over many events, for all identities, for one with a tenth of them, and for one with a thousand:
// `npm run bench:recall-speed [-- --events 100000 --questions 200]`; a million take some minutes to write.
const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '1000000' },
    questions: { type: 'string', default: '300' },
    folder: { type: 'string' },
  },
})
const events = Number(values.events)
const questions = Number(values.questions)
const chance = seeded(1)
const begun = Date.UTC(2023, 0, 1)
const words = vocabulary()

const company = await openRemembering(values.folder)
try {
  const people = await fill(company)
  say(`index: ${await seconds(() => company.memory.passages.catchUp())} s for ${events} events`)
  const recall = openRecall({ ...company, passages: company.memory.passages })
  await measure('everyone', recall, undefined)
  await measure('one with a tenth of all', recall, people.large)
  await measure('one with a thousand', recall, people.small)
} finally {
  await company.close()
}

interface People {
  readonly large: IdentityId
  readonly small: IdentityId
}

/** Conversations of 20 lines over three years: a tenth with one identity, the others a thousand each. A filled folder is left as it is. */
async function fill({ store, identities, journal }: Remembering): Promise<People> {
  const before = await store.read
    .selectFrom('identities')
    .select('id')
    .where('name', 'in', ['Person 0', 'Person 2'])
    .orderBy('name')
    .execute()
  if (before[0] && before[1]) return { large: before[0].id, small: before[1].id }
  const count = Math.max(2, 1 + Math.round((events * 0.9) / 1000))
  const ids: IdentityId[] = []
  await store.write(async (tx) => {
    for (let at = 0; at < count; at += 1)
      ids.push(await identities.create(tx, { kind: 'person', name: `Person ${at}`, origin: 'operator' }))
  })
  const took = await seconds(async () => {
    for (let from = 0; from < events; from += 10_000) {
      await store.write(async (tx) => {
        for (let at = from; at < Math.min(from + 10_000, events); at += 1) {
          const talk = Math.floor(at / 20)
          const subject = ids[talk % 10 === 0 ? 0 : 1 + (talk % (count - 1))] as IdentityId
          const payload = {
            channel: 'mail',
            by: at % 2 === 0 ? 'us' : 'them',
            who: null,
            text: sentence(8 + Math.floor(chance() * 25)),
            thread: `talk ${talk}`,
            happenedAt: instant(begun + Math.floor((at / events) * 3 * 365 * 86_400_000)),
            externalId: null,
            pointer: null,
          } as const
          await journal.append(tx, { kind: 'interaction.recorded', subject, origin: 'external', payload })
        }
      })
    }
  })
  say(`journal: ${took} s for ${events} events`)
  return { large: ids[0] as IdentityId, small: ids[2] as IdentityId }
}

async function measure(name: string, recall: Recall, identity: IdentityId | undefined): Promise<void> {
  const times: number[] = []
  const used = process.cpuUsage()
  const lines: number[] = []
  for (let at = 0; at < questions; at += 1) {
    const query = sentence(4 + Math.floor(chance() * 6))
    const from = performance.now()
    const found = await recall({ query, budget: 1000, ...(identity === undefined ? {} : { identity }) })
    times.push(performance.now() - from)
    lines.push(found.lines.length)
  }
  const at = (share: number): string => `${quantile(times, share).toFixed(1)} ms`
  const { user, system } = process.cpuUsage(used)
  const cpu = (user + system) / 1000 / questions
  const mean = lines.reduce((sum, count) => sum + count, 0) / lines.length
  say(
    `${name}: p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}, mean of CPU ${cpu.toFixed(1)} ms, ${mean.toFixed(0)} lines`,
  )
}

function sentence(length: number): string {
  return Array.from({ length }, () => words[Math.floor(words.length ** chance()) - 1] ?? words[0]).join(' ')
}

/** 20,000 words, drawn by Zipf's law: those of our lexicon among the common ones, so that they are looked up too. */
function vocabulary(): string[] {
  const known = [...new Set(alikeWords.flat())]
  const syllables = 'ba ce di fo gu la me ni po ru sa te vi zo nu ka'.split(' ')
  return Array.from({ length: 20_000 }, (_none, at) => {
    const word = known[Math.floor(at / 3)]
    if (at % 3 === 0 && word !== undefined) return word
    return [at % 16, (at >> 4) % 16, (at >> 8) % 16, at % 7].map((one) => syllables[one]).join('')
  })
}

async function seconds(work: () => Promise<unknown>): Promise<string> {
  const from = performance.now()
  await work()
  return ((performance.now() - from) / 1000).toFixed(1)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
