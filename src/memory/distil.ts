import type { Foundation } from '../identity/identity.ts'
import type { IdentityId } from '../values/id.ts'
import type { Backlog } from './distil/backlog.ts'
import { extract, type Statement } from './distil/extract.ts'
import { admitted, type By, type Kept, keepLesson } from './distil/keep-lesson.ts'
import { type Lesson, lessonOf, type Progress } from './distil/lesson.ts'
import { readStretch, type Stretch, type Wanted } from './distil/stretch.ts'
import { emptyTally, type Tally } from './distil/tally.ts'

/**
 * Makes old history short: facts, counts, and what decisions were made on. The events themselves stay in the journal, and facts name
 * theirs. Distilling never cleans: what is taken from external words is external.
 */
export interface Distil {
  progress(identity: IdentityId): Promise<Progress>
  /** The next stretch of an identity, of what was recorded before an instant. */
  read(wanted: Wanted): Promise<Stretch | undefined>
  /** The facts in a stretch, by forms of sentences. */
  extract(stretch: Stretch): readonly Statement[]
  /** What a stretch teaches. Pure. */
  lesson(stretch: Stretch, before: Progress, statements: readonly Statement[]): Lesson
  /** What of it would become a fact, were it written down now. */
  preview(lesson: Lesson): ReturnType<typeof admitted>
  /** Writes it down, all or nothing; `undefined` where somebody was faster, or the identity is forgotten. Faults: those of `write`. */
  keep(lesson: Lesson, by: By): Promise<Kept | undefined>
}

/** Opens the parts that distil. `timeZone`: what "Friday" means. */
export function openDistil(foundation: Foundation, backlog: Backlog, timeZone: string): Distil {
  const { store, journal } = foundation
  return {
    progress: (identity) => progressOf(foundation, identity),
    read: (wanted) => readStretch({ store, journal }, wanted),
    extract: (stretch) => extract(stretch, timeZone),
    lesson: lessonOf,
    preview: (lesson) => admitted(store.read, lesson),
    keep: (lesson, by) =>
      store.write(async (tx) => {
        const kept = await keepLesson(foundation, tx, lesson, by)
        if (kept) await backlog.keepPlace(tx)
        return kept
      }),
  }
}

async function progressOf({ store, journal }: Foundation, identity: IdentityId): Promise<Progress> {
  const row = await store.read
    .selectFrom('distilled')
    .select(['until_seq', 'seq'])
    .where('identity_id', '=', identity)
    .executeTakeFirst()
  if (!row) return { until: 0, seq: null, tally: emptyTally }
  const [event] = await journal.at([row.seq])
  const told = event?.kind === 'memory.distilled' ? event.payload : null
  return { until: row.until_seq, seq: row.seq, tally: told ? (told.tally as unknown as Tally) : emptyTally }
}
