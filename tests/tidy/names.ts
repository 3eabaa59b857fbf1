import { posix } from 'node:path'
import { lineOf, type Source } from './source.ts'

const emptyNames = /^(utils?|helpers?|common|types|managers?|services?|misc)$/
const entries = new Set(['src/index.ts', 'src/adapters/index.ts', 'src/testing/index.ts'])

/** A file is a noun or a verb of the domain. A name that could hold anything soon does. */
export function namesMeanSomething(file: Source): string[] {
  const stem = posix.basename(file.path).split('.')[0] ?? ''
  const words = [...posix.dirname(file.path).split('/'), ...stem.split('-')]
  const empty = words.filter((word) => emptyNames.test(word.toLowerCase()))
  const complaints = empty.map((word) => `${file.path}: "${word}" names nothing of the domain`)
  if (stem === 'index' && file.path.startsWith('src/') && !entries.has(file.path)) {
    complaints.push(`${file.path} is a barrel; only ${[...entries].join(', ')} are entries`)
  }
  return complaints
}

/** Names are the same where they are made and where they are used. Only what a tool reads as a default is one. */
export function noDefaultExports(file: Source): string[] {
  if (/(^|\/)[\w.-]+\.config\.ts$/.test(file.path)) return []
  return file.parsed.module.staticExports
    .flatMap((statement) => statement.entries)
    .filter((entry) => entry.exportName.kind === 'Default' || entry.exportName.name === 'default')
    .map((entry) => `${file.path}:${lineOf(file.text, entry.start)} has a default export; give it a name`)
}
