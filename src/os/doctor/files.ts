import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fault } from '../../values/fault.ts'
import type { Places } from '../places.ts'
import { type Finding, fine, look, wrong } from './finding.ts'

/** What is wrong with files, and what would put it right. Found by looking alone. */
export interface FileTrouble {
  readonly finding: Finding
  readonly mend?: { readonly does: 'close' | 'make' | 'remove'; readonly path: string }
}

/** `isOwned`: a process has the company open, so that what it may be using is not called left behind. */
export function fileTroubles(places: Places, isOwned: boolean): FileTrouble[] {
  const troubles = [...missingFolders(places), ...openFiles(places), ...(isOwned ? [] : leftBehind(places))]
  return troubles.length > 0 ? troubles : [{ finding: fine('files') }]
}

function missingFolders({ store, agents }: Places): FileTrouble[] {
  const missing = [store, agents].filter((path) => !existsSync(path))
  return missing.map((path) => ({
    finding: look('folder', fault('doctor.no-folder', { path })),
    mend: { does: 'make', path },
  }))
}

/** Others on this machine must not read the key, the token, nor what can be read with them. */
function openFiles({ folder, store, vaultKey }: Places): FileTrouble[] {
  const archives = namesIn(folder).filter((name) => /\.(soloist|partial)$/.test(name))
  const secret = [store, vaultKey, join(store, 'token'), ...archives.map((name) => join(folder, name))]
  return secret.filter(existsSync).flatMap((path): FileTrouble[] => {
    const mode = statSync(path).mode & 0o777
    if ((mode & 0o077) === 0) return []
    const found = fault('doctor.open-mode', { path, mode: mode.toString(8).padStart(4, '0') })
    return [{ finding: wrong('file mode', found), mend: { does: 'close', path } }]
  })
}

function leftBehind({ folder, store }: Places): FileTrouble[] {
  const desk = join(store, 'desk.json')
  const drafts = namesIn(store).filter((name) => /\.migrating(-\w+)?$|^vault\.key\.\w+\.new$/.test(name))
  const remains = [...(isStale(desk) ? [desk] : []), ...drafts.map((name) => join(store, name))]
  const mended = "'soloist doctor --fix' removes it."
  const partial = namesIn(folder).filter((name) => name.endsWith('.partial'))
  // The archive of a move that was interrupted may be the only one: its company gives it its name when it is next opened.
  const kept = "Open the company once ('soloist runs'): a move is finished so. If it is still there then, delete it."
  return [
    ...remains.map(
      (path): FileTrouble => ({
        finding: look('left behind', fault('doctor.left-behind', { path, next: mended })),
        mend: { does: 'remove', path },
      }),
    ),
    ...partial.map((name) => ({
      finding: look('left behind', fault('doctor.left-behind', { path: join(folder, name), next: kept })),
    })),
  ]
}

/** A desk that says where it listens, and whose process is gone. */
function isStale(path: string): boolean {
  if (!existsSync(path)) return false
  const pid = /"pid":(\d+)/.exec(readFileSync(path, 'utf8'))?.[1]
  return pid === undefined || !isAlive(Number(pid))
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it lives, and is somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : []
}
