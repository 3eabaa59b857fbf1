import { fault, Refusal } from '../values/fault.ts'

/** What the file system refuses, as a fault: no room, or no right to write. Anything else unchanged. */
export function fileFault(error: unknown, path: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT') return new Refusal(fault('store.full', { path }))
  if (code && unwritable.has(code)) return new Refusal(fault('store.unwritable', { path, why: message }))
  return error
}

const unwritable = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EISDIR', 'EIO'])
