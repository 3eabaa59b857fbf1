import { realpathSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The first place of an error's stack that lies in the company: `workflows/newsletter.ts:12:5`. */
export function placeIn(stack: string, folder: string): string | null {
  // Node names files by what they really are, wherever links to them lie.
  const folders = [folder, realpathSync(folder)]
  for (const [, place = ''] of stack.matchAll(places)) {
    const path = place.startsWith('file:') ? fileURLToPath(place) : place
    if (path.includes('/node_modules/')) continue
    const home = folders.find((each) => path.startsWith(`${each}/`))
    if (home !== undefined) return relative(home, path)
  }
  return null
}

// In brackets or after `at`; of what is no TypeScript, a first line of its own without the column.
const places = /(?:^|[\s(])((?:file:\/\/)?\/[^()\n]+?:\d+(?::\d+)?)\)?$/gm
