import type { Seq } from '../store/tables.ts'
import type { IdentityId } from '../values/id.ts'
import { forgetOwners } from './forget-owners.ts'
import { type IndexFile, openIndexFile } from './index-file.ts'
import { match, search, wordCount } from './match.ts'
import type { Old, Passage, Passages, Within } from './passage.ts'
import { readPassages } from './read-passages.ts'
import { holdsOld, retireOld } from './retire.ts'
import { around, neighbours, newest, weightiest } from './select.ts'
import { type Ground, takeIn } from './take-in.ts'
import { openVectors } from './vectors.ts'

/** Opens the index in the file at `path`; the file itself is opened, and made, when it is first needed. */
export function openPassages(ground: Ground, path: string): Passages {
  let opened: IndexFile | undefined
  const file = (): IndexFile => {
    opened ??= openIndexFile(path)
    return opened
  }
  let taking: Promise<Seq> | undefined
  const read = (ids: readonly number[]): Promise<Passage[]> => readPassages(ground, file().db, ids)
  return {
    catchUp() {
      taking ??= takeIn(ground, file()).finally(() => {
        taking = undefined
      })
      return taking
    },
    match: async (words, within, limit, effort) => match(file().db, words, within, limit, effort),
    search: async (words, within, limit) => search(file().db, words, within, limit),
    newest: (within: Within, limit: number) => read(newest(file().db, within, limit)),
    weightiest: (within: Within, limit: number) => read(weightiest(file().db, within, limit)),
    around: (id, each) => read(around(file().db, id, each)),
    rows: async (ids, each) => neighbours(file().db, ids, each),
    read,
    vectors: openVectors(() => file().db),
    frequencies: async (words) => wordCount(file().db, words),
    async forget(identities: readonly IdentityId[]) {
      // What is being taken in now may hold them.
      await taking
      await forgetOwners(file().db, identities)
    },
    holds: async (old: Old) => holdsOld(file().db, old),
    async retire(old: Old) {
      // What is being taken in now may hold some.
      await taking
      await retireOld(file().db, old)
    },
    async close() {
      await taking?.catch(() => undefined)
      opened?.db.close()
      opened = undefined
    },
  }
}
