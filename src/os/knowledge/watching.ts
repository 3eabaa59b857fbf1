import { type FSWatcher, watch } from 'node:fs'
import type { Kernel } from '../../executor/kernel.ts'
import { walk } from '../../memory/knowledge/folder.ts'
import type { Store } from '../../store/store.ts'
import { type Instant, later, milliseconds } from '../../values/time.ts'
import type { Chore } from '../chores.ts'

// An editor saves in several steps; the last of them counts.
const settled = milliseconds(500)
// Each is a handle of the system. Folders beyond are read when knowledge is used, as all of them are.
const mostWatched = 64

/**
 * Reads the folder of knowledge when the company begins to work, and then whenever something in it changes, so that the operator
 * hears of a mistake when they make it. Costs nothing in between. Whoever uses knowledge looks for themselves, watched or not.
 */
export function watchingKnowledge(
  { knowledge, store, clock }: Pick<Kernel, 'knowledge' | 'store' | 'clock'>,
  folder: string,
  changed: () => void,
): Chore {
  let due: Instant | undefined = clock.now()
  let stopped = false
  let begun = false
  const watchers = new Map<string, FSWatcher>()
  const onChange = (): void => {
    if (stopped) return
    due = later(clock.now(), settled)
    changed()
  }
  return {
    name: 'knowledge',
    aside: true,
    nextDue: async () => due,
    async perform() {
      due = undefined
      const folders = begun || (await hasKnowledge(store)) ? await looked(knowledge) : (await walk(folder)).folders
      begun = true
      if (!stopped) rewatch(watchers, folders.slice(0, mostWatched), onChange)
    },
    trouble: () => [...knowledge.wrong().values()][0],
    stop() {
      stopped = true
      rewatch(watchers, [], onChange)
    },
  }
}

async function looked(knowledge: Kernel['knowledge']): Promise<readonly string[]> {
  await knowledge.current()
  return knowledge.folders()
}

// A new company has files that nobody has used: reading heads takes 10 MB that it may never need. Its first use, or change, reads them.
async function hasKnowledge(store: Store): Promise<boolean> {
  return (await store.read.selectFrom('knowledge').select('path').limit(1).executeTakeFirst()) !== undefined
}

/** Watches these folders and no others. A folder that cannot be watched (it is gone, there are no handles left) is not. */
function rewatch(watchers: Map<string, FSWatcher>, folders: readonly string[], onChange: () => void): void {
  for (const [folder, watcher] of watchers) {
    if (folders.includes(folder)) continue
    watcher.close()
    watchers.delete(folder)
  }
  for (const folder of folders) {
    if (watchers.has(folder)) continue
    const watcher = watched(folder, onChange)
    if (!watcher) continue
    watchers.set(folder, watcher)
    watcher.on('error', () => {
      watcher.close()
      watchers.delete(folder)
      onChange()
    })
  }
}

function watched(folder: string, onChange: () => void): FSWatcher | undefined {
  try {
    return watch(folder, { persistent: false }, onChange)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
    return undefined
  }
}
