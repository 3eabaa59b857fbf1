import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { WorkName } from './works.ts'

const program = join(import.meta.dirname, 'company-process.ts')
// A kill leaves the page cache alone, so that memory proves as much as a disk, whose fsync takes most of the time.
const scratch = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** Folders of one test, removed by `close`. */
export function openGround() {
  const ground = mkdtempSync(join(scratch, 'soloist-crash-'))
  let count = 0
  return {
    /** A new folder: empty, or a copy of another. */
    folder(from?: string): string {
      count += 1
      const folder = join(ground, String(count))
      if (from === undefined) return folder
      cpSync(from, folder, { recursive: true })
      return folder
    },
    close: () => rmSync(ground, { recursive: true, force: true }),
  }
}

export interface Ended {
  /** The exit code, or the signal that ended it. */
  readonly by: number | string
  readonly stderr: string
}

/** Runs a company's process to its end, or to where the environment has it killed. */
export async function runCompany(
  folder: string,
  work: WorkName,
  env: Readonly<Record<string, string>> = {},
  only: readonly string[] = [],
): Promise<Ended> {
  const child = spawn(process.execPath, [program, folder, work, ...only], {
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'soloist-compile-cache'), ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const [code, signal] = await once(child, 'close')
  return { by: signal ?? code, stderr }
}
