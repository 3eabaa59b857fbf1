import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { handlesOfAll } from '../../identity/forget.ts'
import type { IdentityId } from '../../values/id.ts'
import { listFiles } from '../archive/company-files.ts'
import type { Company } from '../commands.ts'
import { namesOf } from '../queries/runs.ts'

/** Where others' history says a name or a handle of someone, or words of theirs that were recalled there. Forgetting does not reach it: it is sealed under the others' keys. */
export interface Mentions {
  readonly events: number
  /** Whose history it is, those with the most first. */
  readonly subjects: readonly {
    readonly id: IdentityId
    readonly name: string | null
    readonly events: number
    /** Some of them. */
    readonly seqs: readonly number[]
  }[]
  /** The company's own files that do, relative to its folder. */
  readonly files: readonly string[]
}

const page = 1000
const mostSubjects = 20
const mostSeqs = 5
// An initial is found everywhere and says nothing.
const shortest = 3
// What is larger is no text that somebody wrote.
const largestFile = 4 * 2 ** 20

/** Reads every event of the company (a minute for some ten million) and its own files; lets others work in between. */
export async function findMentions({ kernel, places }: Company, ids: readonly IdentityId[]): Promise<Mentions> {
  const { store, journal } = kernel
  const terms = await termsOf(kernel, ids)
  const theirs = new Set(ids)
  const found = new Map<IdentityId, { events: number; seqs: number[] }>()
  for (let after = 0, more = terms.length > 0; more; ) {
    const events = await journal.page({ after, limit: page })
    for (const { subject, seq, kind, payload } of events) {
      if (theirs.has(subject) || payload === null) continue
      // Of what was recalled of them while they were taken for another, the step says whose it was.
      if (!names(JSON.stringify(payload), kind === 'step.done' ? [...terms, ...ids] : terms)) continue
      const { events: before, seqs } = found.get(subject) ?? { events: 0, seqs: [] }
      found.set(subject, { events: before + 1, seqs: [...seqs, seq].slice(0, mostSeqs) })
    }
    after = events.at(-1)?.seq ?? after
    more = events.length === page
    await new Promise((resolve) => setImmediate(resolve))
  }
  const most = [...found].sort(([, a], [, b]) => b.events - a.events).slice(0, mostSubjects)
  const called = await namesOf(
    { store },
    most.map(([id]) => id),
  )
  return {
    events: [...found.values()].reduce((sum, { events }) => sum + events, 0),
    subjects: most.map(([id, { events, seqs }]) => ({ id, name: called.get(id) ?? null, events, seqs })),
    files: terms.length === 0 ? [] : filesNaming(places, terms),
  }
}

/** Their names and handles, as JSON writes them. */
async function termsOf({ store }: Company['kernel'], ids: readonly IdentityId[]): Promise<string[]> {
  const rows = await store.read
    .selectFrom('identities')
    .select('name')
    .where('id', 'in', [...ids])
    .execute()
  const handles = await handlesOfAll(store.read, ids)
  const all = [...rows.map((row) => row.name ?? ''), ...handles.map((handle) => handle.value)]
  return [...new Set(all.map((term) => term.trim().toLowerCase()))].filter((term) => term.length >= shortest)
}

function names(json: string, terms: readonly string[]): boolean {
  const text = json.toLowerCase()
  return terms.some((term) => text.includes(JSON.stringify(term).slice(1, -1)))
}

function filesNaming(places: Company['places'], terms: readonly string[]): string[] {
  return listFiles(places, { onlyLooks: true })
    .filter(({ bytes }) => bytes <= largestFile)
    .map(({ path }) => path)
    .filter((path) => {
      const text = readFileSync(join(places.folder, path), 'utf8').toLowerCase()
      return terms.some((term) => text.includes(term))
    })
}
