import { closeSync, fstatSync, ftruncateSync, openSync, watch, writeSync } from 'node:fs'
import type { Tx } from '../store/store.ts'
import { refuse } from '../values/fault.ts'

/** Tells this process and the others that there may be work. */
export interface Wake {
  /** After this transaction's COMMIT, once for all transactions that share it. */
  afterCommit(tx: Tx): void
  onWake(listener: () => void): () => void
  /** Once is enough; more does nothing. */
  close(): void
}

// The file grows by a byte a wake. It is cut back to one byte, not to none: the block stays ours when the disk is full.
const longestFile = 4096

/**
 * A wake across processes: each appends a byte to one file and watches it. Every process knows how many bytes it wrote itself,
 * so its own wakes do not wake it twice. Fault: `store.unwritable`.
 */
export function openWake(path: string): Wake {
  const listeners = new Set<() => void>()
  const heard = () => {
    for (const listener of listeners) listener()
  }
  const file = openFile(path, heard)
  let asked = false
  const ring = () => {
    asked = false
    file.append()
    heard()
  }
  return {
    afterCommit(tx) {
      tx.afterCommit(() => {
        if (asked) return
        asked = true
        queueMicrotask(ring) // those that share the COMMIT are told of it in this same turn
      })
    },
    onWake(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close() {
      listeners.clear()
      file.close()
    },
  }
}

interface WakeFile {
  append(): void
  close(): void
}

function openFile(path: string, changedElsewhere: () => void): WakeFile {
  try {
    return watchedFile(path, changedElsewhere)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    return refuse('store.unwritable', { path, why: error.message })
  }
}

function watchedFile(path: string, changedElsewhere: () => void): WakeFile {
  const file = openSync(path, 'a+')
  let known = fstatSync(file).size
  let open = true
  const look = () => {
    if (!open) return
    const { size } = fstatSync(file)
    if (size === known) return
    known = size
    changedElsewhere()
  }
  const watcher = watch(path, { persistent: false }, look)
  return {
    append() {
      if (!open) return
      if (known >= longestFile) {
        ftruncateSync(file, 1)
        known = 1
        changedElsewhere() // what another wrote just now may have been cut away unheard
      }
      writeSync(file, '.')
      known += 1
    },
    close() {
      // The number of a file that is closed is soon another file's.
      if (!open) return
      open = false
      watcher.close()
      closeSync(file)
    },
  }
}
