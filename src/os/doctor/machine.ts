import { existsSync, statfsSync } from 'node:fs'
import { fault } from '../../values/fault.ts'
import type { Places } from '../places.ts'
import { type Finding, fine, look, wrong } from './finding.ts'

// Node runs the TypeScript of a config, and has SQLite, from this one on.
const oldestNode = 26
const megabyte = 2 ** 20
// A backup of a company of some years, and the day that it takes to notice.
const littleRoom = 1024 * megabyte
/** Bytes below which there is no room left to work in. */
export const noRoom = 100 * megabyte

/** Whether this machine is fit: its Node and its disk. */
export function machineFindings(places: Places, node: string): Finding[] {
  return [nodeFinding(node), diskFinding(places)]
}

export function nodeFinding(version: string): Finding {
  const what = `Node ${version}`
  const isOld = Number.parseInt(version, 10) < oldestNode
  return isOld ? wrong(what, fault('doctor.old-node', { found: version, needed: oldestNode })) : fine(what)
}

/** How many bytes the company may still write. */
export function freeBytes({ folder, store }: Pick<Places, 'folder' | 'store'>): number {
  const { bavail, bsize } = statfsSync(existsSync(store) ? store : folder)
  return bavail * bsize
}

function diskFinding(places: Places): Finding {
  return roomFinding(places.store, freeBytes(places))
}

/** What so many free bytes mean. */
export function roomFinding(path: string, free: number): Finding {
  const left = fault('doctor.low-disk', { path, free: Math.floor(free / megabyte) })
  if (free < noRoom) return wrong('disk', left)
  return free < littleRoom ? look('disk', left) : fine('disk')
}
