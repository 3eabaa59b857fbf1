import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A disk whose fsync takes longer, as the environment of a program that is to run on it. */
export interface SlowDisk {
  readonly env: Readonly<Record<string, string>>
  remove(): void
}

/**
 * Builds the shim with the system's C compiler. `undefined` where there is none, or where a library cannot be preloaded
 * (anything but Linux): the caller says so instead of a number.
 */
export function slowDisk(addedMs: number): SlowDisk | undefined {
  if (process.platform !== 'linux') return undefined
  const folder = mkdtempSync(join(tmpdir(), 'soloist-slow-'))
  const library = join(folder, 'slow-fsync.so')
  const source = join(import.meta.dirname, 'slow-fsync.c')
  const compiled = spawnSync('cc', ['-shared', '-fPIC', '-O2', '-o', library, source, '-ldl'], { encoding: 'utf8' })
  const remove = () => rmSync(folder, { recursive: true, force: true })
  if (compiled.status !== 0) {
    remove()
    return undefined
  }
  return { env: { LD_PRELOAD: library, FSYNC_US: String(Math.round(addedMs * 1000)) }, remove }
}
