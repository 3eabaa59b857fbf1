import type { DatabaseSync } from 'node:sqlite'
import { isBroken, sqliteFault } from '../store/sqlite-fault.ts'
import type { Seq } from '../store/tables.ts'
import type { IdentityId } from '../values/id.ts'
import { forgetOwners } from './forget-owners.ts'
import { type IndexFile, openIndexFile, removeIndexFile } from './index-file.ts'
import { match, search, wordCount } from './match.ts'
import type { Old, Passage, Passages, Within } from './passage.ts'
import { readPassages } from './read-passages.ts'
import { holdsOld, retireOld } from './retire.ts'
import { around, neighbours, newest, weightiest } from './select.ts'
import { type Ground, takeIn } from './take-in.ts'

/** Opens the index in the file at `path`; the file itself is opened, and made, when it is first needed. */
export function openPassages(ground: Ground, path: string): Passages {
  let opened: IndexFile | undefined
  const file = (): IndexFile => {
    opened ??= openIndexFile(path)
    return opened
  }
  let edition = 0
  let taking: Promise<Seq> | undefined
  const take = (): Promise<Seq> => {
    taking ??= takeIn(ground, file()).finally(() => {
      taking = undefined
    })
    return taking
  }
  /** What turns out to be broken while it is used is thrown away and filled again, and asked once more. */
  const ask = async <T>(question: (db: DatabaseSync) => T | Promise<T>): Promise<T> => {
    const asked = file()
    try {
      return await question(asked.db)
    } catch (error) {
      if (!isBroken(error)) throw sqliteFault(error, path)
      await taking?.catch(() => undefined)
      if (opened === asked) {
        opened = undefined
        asked.db.close()
        removeIndexFile(path)
        edition += 1
      }
      await take()
      return question(file().db)
    }
  }
  const read = (db: DatabaseSync, ids: readonly number[]): Promise<Passage[]> => readPassages(ground, db, ids)
  return {
    get edition() {
      return edition
    },
    catchUp: () => ask(take),
    match: (words, within, limit, effort) => ask((db) => match(db, words, within, limit, effort)),
    search: (words, within, limit) => ask((db) => search(db, words, within, limit)),
    newest: (within: Within, limit: number) => ask((db) => read(db, newest(db, within, limit))),
    weightiest: (within: Within, limit: number) => ask((db) => read(db, weightiest(db, within, limit))),
    around: (id, each) => ask((db) => read(db, around(db, id, each))),
    rows: (ids, each) => ask((db) => neighbours(db, ids, each)),
    read: (ids) => ask((db) => read(db, ids)),
    frequencies: (words) => ask((db) => wordCount(db, words)),
    async forget(identities: readonly IdentityId[]) {
      // What is being taken in now may hold them.
      await taking
      await ask((db) => forgetOwners(db, identities))
      edition += 1
    },
    holds: (old: Old) => ask((db) => holdsOld(db, old)),
    async retire(old: Old) {
      // What is being taken in now may hold some.
      await taking
      await ask((db) => retireOld(db, old))
      edition += 1
    },
    async close() {
      await taking?.catch(() => undefined)
      opened?.db.close()
      opened = undefined
    },
  }
}
