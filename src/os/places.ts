import { join } from 'node:path'

/** Where a company keeps what. All but the author's files lies in its store folder. */
export interface Places {
  readonly folder: string
  readonly agents: string
  readonly knowledge: string
  readonly skills: string
  readonly store: string
  readonly database: string
  readonly lock: string
  readonly vaultKey: string
  readonly anchors: string
  /** Ids of those who were forgotten, for archives that were made before. */
  readonly forgotten: string
  readonly wake: string
  /** The index of what the company remembers; it can be deleted at any time. */
  readonly memory: string
}

/** `folder` is the company's; `storeFolder` is relative to it (`.soloist`). */
export function placesOf(folder: string, storeFolder: string): Places {
  const store = join(folder, storeFolder)
  return {
    folder,
    agents: join(folder, 'agents'),
    knowledge: join(folder, 'knowledge'),
    skills: join(folder, 'skills'),
    store,
    database: join(store, 'company.db'),
    lock: join(store, 'lock.db'),
    vaultKey: join(store, 'vault.key'),
    anchors: join(store, 'anchors.jsonl'),
    forgotten: join(store, 'forgotten.jsonl'),
    wake: join(store, 'wake'),
    memory: join(store, 'memory.db'),
  }
}
