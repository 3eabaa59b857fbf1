import { fault, Refusal } from '../values/fault.ts'

// Another process may hold the write lock for one batch and its fsync; five seconds outlast a slow disk, not a hung one.
export const busyMs = 5000

/** SQLite's own refusals as faults; anything else unchanged. Codes: https://www.sqlite.org/rescode.html */
export function sqliteFault(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('errcode' in error)) return error
  const code = Number(error.errcode)
  const why = error.message
  if (isFull(code)) return new Refusal(fault('store.full', { path }))
  if (isUnwritable(code)) return new Refusal(fault('store.unwritable', { path, why }))
  if (isCorrupt(code)) return new Refusal(fault('store.corrupt', { path, why }))
  if (isBusy(error)) return new Refusal(fault('store.busy', { path, seconds: busyMs / 1000 }))
  return error
}

/** True when SQLite says that another process holds the file. */
export const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === 5

/** True when SQLite says that what is in the file is no database, or not a whole one. */
export const isBroken = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && [11, 26].includes(Number(error.errcode) & 0xff)

// FULL, and IOERR_SHMSIZE: the index beside the WAL could not grow.
const isFull = (code: number): boolean => (code & 0xff) === 13 || code === 4874

// PERM, READONLY, CANTOPEN, and those of IOERR that happen while writing: WRITE, FSYNC, DIR_FSYNC, TRUNCATE, DELETE.
const isUnwritable = (code: number): boolean =>
  [3, 8, 14].includes(code & 0xff) || [778, 1034, 1290, 1546, 2570].includes(code)

// The rest of IOERR, CORRUPT, NOTADB.
const isCorrupt = (code: number): boolean => [10, 11, 26].includes(code & 0xff)
