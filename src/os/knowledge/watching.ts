import { type FSWatcher, watch } from 'node:fs'
import type { Knowledge } from '../../memory/knowledge.ts'
import { type Clock, type Instant, later, milliseconds } from '../../values/time.ts'
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
  knowledge: Pick<Knowledge, 'current' | 'wrong' | 'folders'>,
  clock: Clock,
  changed: () => void,
): Chore {
  let due: Instant | undefined = clock.now()
  let stopped = false
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
      await knowledge.current()
      if (!stopped) rewatch(watchers, knowledge.folders().slice(0, mostWatched), onChange)
    },
    trouble: () => [...knowledge.wrong().values()][0],
    stop() {
      stopped = true
      rewatch(watchers, [], onChange)
    },
  }
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
