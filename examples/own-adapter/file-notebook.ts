import { existsSync } from 'node:fs'
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { seconds } from 'soloist'
import { adapter, refuseWhenStopped } from 'soloist/adapters'
import { notebook } from './notebook.ts'

/** A file with a line of JSON for each note. `find`: after a crash the line tells whether it was written, so none is there twice. */
export const fileNotebook = adapter(
  notebook,
  { name: 'file-notebook', secrets: [], timeout: seconds(5), connect: ({ folder }) => join(folder, 'notebook.jsonl') },
  {
    add: {
      idempotency: 'find',
      async do(file, { who, text }, call) {
        refuseWhenStopped('file-notebook', 'notebook.add', call)
        await appendFile(file, `${JSON.stringify({ key: call.key, who, text })}\n`)
        return { key: call.key }
      },
      find: async (file, key) => ((await lines(file)).some((line) => line.key === key) ? { key } : undefined),
      undo: async (file, { key }) => {
        const rest = (await lines(file)).filter((line) => line.key !== key)
        await writeFile(file, rest.map((line) => `${JSON.stringify(line)}\n`).join(''))
      },
    },
  },
)

async function lines(file: string): Promise<{ key: string }[]> {
  const text = existsSync(file) ? await readFile(file, 'utf8') : ''
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
}
