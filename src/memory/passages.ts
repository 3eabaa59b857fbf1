import type { DatabaseSync } from 'node:sqlite'
import type { IdentityId } from '../values/id.ts'
import { forgetOwners } from './forget-owners.ts'
import { match, search, wordCount } from './match.ts'
import { OpenIndex } from './open-index.ts'
import type { Old, Passage, Passages, Within } from './passage.ts'
import { readPassages } from './read-passages.ts'
import { holdsOld, retireOld } from './retire.ts'
import { around, neighbours, newest, weightiest } from './select.ts'
import type { Ground } from './take-in.ts'
import { openVectors } from './vectors.ts'
import { openWordVectors } from './word-vectors.ts'

/** Opens the index in the file at `path`; the file itself is opened, and made, when it is first needed. */
export function openPassages(ground: Ground, path: string): Passages {
  const index = new OpenIndex(ground, path)
  const read = (db: DatabaseSync, ids: readonly number[]): Promise<Passage[]> => readPassages(ground, db, ids)
  return {
    get edition() {
      return index.edition
    },
    catchUp: () => index.catchUp(),
    match: (words, within, limit, effort) => index.ask((db) => match(db, words, within, limit, effort)),
    search: (words, within, limit) => index.ask((db) => search(db, words, within, limit)),
    newest: (within: Within, limit: number) => index.ask((db) => read(db, newest(db, within, limit))),
    weightiest: (within: Within, limit: number) => index.ask((db) => read(db, weightiest(db, within, limit))),
    around: (id, each) => index.ask((db) => read(db, around(db, id, each))),
    rows: (ids, each) => index.ask((db) => neighbours(db, ids, each)),
    read: (ids) => index.ask((db) => read(db, ids)),
    vectors: openVectors((question) => index.ask(question)),
    words: openWordVectors(
      (question) => index.ask(question),
      () => index.edition,
    ),
    frequencies: (words) => index.ask((db) => wordCount(db, words)),
    forget: (identities: readonly IdentityId[]) => index.takeOut((db) => forgetOwners(db, identities)),
    holds: (old: Old) => index.ask((db) => holdsOld(db, old)),
    retire: (old: Old) => index.takeOut((db) => retireOld(db, old)),
    close: () => index.close(),
  }
}
