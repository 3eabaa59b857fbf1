import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import type { Json } from '../../src/values/json.ts'

/** What a provider was asked, and what it did: the truth about the outside world, which no crash of ours changes. */
export interface Entry {
  readonly what: 'asked' | 'acted' | 'undone'
  readonly action: string
  readonly key: string
  readonly input: Json
}

export interface ProviderLog {
  readonly entries: () => readonly Entry[]
  /** Appended and on disk before it returns: whoever is killed now has done it. */
  readonly write: (entry: Entry) => void
}

/** The log of all providers of one company, in a file beside it. */
export function providerLog(path: string): ProviderLog {
  return {
    entries: () => {
      if (!existsSync(path)) return []
      return readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Entry)
    },
    write: (entry) => {
      const file = openSync(path, 'a')
      try {
        writeSync(file, `${JSON.stringify(entry)}\n`)
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
    },
  }
}
