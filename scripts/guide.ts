import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { playGuide } from './guide/play.ts'

// Plays docs/guide/ten-minutes.md as a reader would, with this checkout's command or the one that SOLOIST_COMMAND names.
const root = join(import.meta.dirname, '..')
const guide = readFileSync(join(root, 'docs/guide/ten-minutes.md'), 'utf8')
const command = process.env.SOLOIST_COMMAND ?? `'${process.execPath}' '${join(root, 'bin/soloist.js')}'`

await playGuide(guide, command, (what) => process.stdout.write(`${what}\n`))
process.stdout.write('The guide holds.\n')
