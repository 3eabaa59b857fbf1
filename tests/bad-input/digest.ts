import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

/** A hash over every row of every table of a store, or the word that there is none. */
export function digest(path: string): string {
  if (!existsSync(path)) return 'no store'
  const store = new DatabaseSync(path, { readOnly: true })
  try {
    const hash = createHash('sha256')
    const tables = store.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all()
    for (const { name } of tables) {
      const rows = store.prepare(`SELECT * FROM "${name}"`).all()
      hash.update(
        `${name} ${rows
          .map((row) => JSON.stringify(row))
          .sort()
          .join('\n')}`,
      )
    }
    return hash.digest('hex')
  } finally {
    store.close()
  }
}
