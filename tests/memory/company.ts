import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Memory, openMemory } from '../../src/memory/memory.ts'
import type { IdentityId } from '../../src/values/id.ts'
import { instant } from '../../src/values/time.ts'
import { openCompany, start, type TestCompany } from '../identity/company.ts'

export interface Remembering extends TestCompany {
  readonly memory: Memory
  readonly path: string
  /** Opens the index of a company again: in this file, or with nothing in it. */
  reopen(): Promise<Memory>
  /** Says something to or from someone, a minute after the last. */
  say(identity: IdentityId, text: string, more?: { who?: string; thread?: string; at?: number }): Promise<number>
  /** All bytes of the index's files. */
  bytes(): string
}

/** A company with an index of what it remembers, in a folder of its own. */
export async function openRemembering(): Promise<Remembering> {
  const company = await openCompany()
  const folder = mkdtempSync(join(tmpdir(), 'soloist-memory-'))
  const path = join(folder, 'memory.db')
  const open: Memory[] = []
  const memory = openMemory({ ...company, timeZone: 'UTC' }, path)
  open.push(memory)
  let minute = 0
  return {
    ...company,
    memory,
    path,
    async reopen() {
      await open.at(-1)?.close()
      const again = openMemory({ ...company, timeZone: 'UTC' }, path)
      open.push(again)
      return again
    },
    say(identity, text, { who, thread, at } = {}) {
      minute += 1
      const when = instant(at ?? start + minute * 60_000)
      const named = { ...(who === undefined ? {} : { who }), ...(thread === undefined ? {} : { thread }) }
      const said = { identity, channel: 'mail', by: 'them', text, origin: 'external', at: when, ...named } as const
      return company.store.write((tx) => company.identities.interactions.record(tx, said))
    },
    bytes: () =>
      ['', '-wal', '-shm']
        .map((suffix) => {
          try {
            return readFileSync(path + suffix, 'latin1')
          } catch {
            return ''
          }
        })
        .join(''),
    async close() {
      await open.at(-1)?.close()
      await company.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
