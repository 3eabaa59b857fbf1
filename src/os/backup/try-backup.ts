import { mkdtempSync, readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileFault } from '../../store/file-fault.ts'
import type { Tried } from '../archive/try-archive.ts'
import { inThread } from '../archive/write-archive.ts'
import type { Places } from '../places.ts'
import type { Parts } from './backups.ts'
import { keptBackups } from './kept.ts'

interface Asked {
  readonly path: string
  readonly passphrase: string
}

/**
 * Restores an archive for a trial. One that this company made itself must be the same to the bit.
 * Faults: `backup.changed`, and those of an import.
 */
export async function tryBackup({ kernel, places }: Parts, asked: Asked, signal: AbortSignal): Promise<Tried> {
  const { path, passphrase } = asked
  const ours = (await keptBackups(kernel)).find((row) => row.path === path)
  const known = ours ? { hash: ours.hash } : {}
  return inTrial(places, (place) => inThread<Tried>({ job: 'try', archive: path, ...known, passphrase, place }, signal))
}

const trial = 'trial-'
// Of this process; it is the only one that has the company.
const underWay = new Set<string>()

const remove = (path: string): Promise<void> => rm(path, { recursive: true, force: true })

/**
 * A place for a trial, in the store's own folder: what is restored there can be read like the company itself. It is removed at
 * the end, with what a process left that was killed meanwhile.
 */
export async function inTrial<T>(places: Places, work: (place: string) => Promise<T>): Promise<T> {
  try {
    const left = readdirSync(places.store).filter((name) => name.startsWith(trial))
    for (const name of left) if (!underWay.has(join(places.store, name))) await remove(join(places.store, name))
    const place = mkdtempSync(join(places.store, trial))
    underWay.add(place)
    try {
      return await work(place)
    } finally {
      underWay.delete(place)
      await remove(place)
    }
  } catch (error) {
    throw fileFault(error, places.store)
  }
}
