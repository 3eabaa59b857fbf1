import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { seconds } from 'soloist'
import { action, adapter, port, refuseWhenStopped } from 'soloist/adapters'
import { z } from 'zod'

/** A notice board that everybody can read. To post is outward: it waits for the operator, unless a grant covers it. */
export const board = port('board', {
  post: action({
    does: 'Puts a notice on the public board.',
    risk: 'outward',
    effect: 'reversible',
    input: z.object({ text: z.string().min(1).max(500) }),
    output: z.object({ notice: z.string() }),
    origin: 'system',
  }),
})

/** A board that is a folder. The effect's key names the file, so that a post that is repeated after a crash is one notice. */
export const folderBoard = adapter(
  board,
  { name: 'folder-board', secrets: [], timeout: seconds(5), connect: ({ folder }) => join(folder, 'board') },
  {
    post: {
      idempotency: 'key',
      async do(folder, { text }, call) {
        refuseWhenStopped('folder-board', 'board.post', call)
        await mkdir(folder, { recursive: true })
        await writeFile(join(folder, `${call.key}.txt`), text)
        return { notice: `${call.key}.txt` }
      },
      undo: (folder, { notice }) => rm(join(folder, notice), { force: true }),
    },
  },
)
