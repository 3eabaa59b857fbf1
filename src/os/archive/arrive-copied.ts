import { DatabaseSync } from 'node:sqlite'
import { readAnchors } from '../../telemetry/anchor.ts'
import { verifyChain } from '../../telemetry/verify.ts'
import { refuse } from '../../values/fault.ts'
import { isoInstant } from '../../values/time.ts'
import { epochOf } from '../epoch.ts'
import { forgetAgain, ledgersAround } from '../forget/again.ts'
import type { Opened } from '../home.ts'
import { beginEpoch } from './begin-epoch.ts'

/** A company in a folder that was copied: proves that the copy is whole, then begins its epoch. Faults: `store.corrupt`, `journal.broken`. */
export async function arriveCopied({ store, journal, vault, clock, places }: Opened): Promise<void> {
  checkPages(places.database)
  const anchors = await readAnchors(places.anchors)
  const verified = await verifyChain({ read: store.read, chainKey: vault.chainKey, anchors })
  if (!verified.ok) refuse('journal.broken', { seq: verified.seq, why: verified.why })
  const epoch = await epochOf(store)
  const before = { epoch, lastSeq: verified.events, madeAt: isoInstant(clock.now()) }
  await beginEpoch({ store, journal, clock, from: 'a copied folder', isCopy: true, epoch: epoch + 1, before })
  await forgetAgain({ store, journal, vault, clock, places }, [
    places.forgotten,
    ...ledgersAround(places, places.folder),
  ])
}

function checkPages(path: string): void {
  const connection = new DatabaseSync(path, { readOnly: true })
  try {
    const [first] = connection.prepare('PRAGMA integrity_check(1)').all()
    if (first?.integrity_check !== 'ok') refuse('store.corrupt', { path, why: String(first?.integrity_check) })
    const [dangling] = connection.prepare('PRAGMA foreign_key_check').all()
    if (dangling) refuse('store.corrupt', { path, why: `a row of ${dangling.table} refers to nothing` })
  } finally {
    connection.close()
  }
}
