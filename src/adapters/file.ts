import { link, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { refuse } from '../values/fault.ts'

/**
 * Writes a file that must not exist yet, whole or not at all, durable when it resolves. False when there is one already: it is
 * left as it is. Faults: `store.full`, `store.unwritable`.
 */
export function createFile(path: string, bytes: Uint8Array): Promise<boolean> {
  return settled(path, async () => {
    const draft = await writeDraft(path, bytes)
    try {
      // A link, unlike a rename, never takes the place of another file.
      await link(draft, path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      return false
    } finally {
      await rm(draft, { force: true })
    }
    await syncFolder(dirname(path))
    return true
  })
}

/** Puts a file in place of what is there, whole or not at all, durable when it resolves. Faults: `store.full`, `store.unwritable`. */
export function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  return settled(path, async () => {
    const draft = await writeDraft(path, bytes)
    try {
      await rename(draft, path)
    } catch (error) {
      await rm(draft, { force: true })
      throw error
    }
    await syncFolder(dirname(path))
  })
}

/** Removes a file if it is there, durably. Faults: `store.unwritable`. */
export function removeFile(path: string): Promise<void> {
  return settled(path, async () => {
    await rm(path, { force: true })
    await syncFolder(dirname(path))
  })
}

let drafts = 0

// One process owns a company (DESIGN 12), so its number and a counter are enough to tell drafts apart.
async function writeDraft(path: string, bytes: Uint8Array): Promise<string> {
  await mkdir(dirname(path), { recursive: true })
  drafts += 1
  const draft = `${dirname(path)}/.${process.pid}-${drafts}.draft`
  const file = await open(draft, 'w', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  } finally {
    await file.close()
  }
  return draft
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function settled<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOSPC' || code === 'EDQUOT') refuse('store.full', { path })
    if (code === undefined) throw error
    refuse('store.unwritable', { path, why: code })
  }
}
