import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'vitest'
import { playGuide } from '../../scripts/guide/play.ts'

const root = join(import.meta.dirname, '../..')
const guide = readFileSync(join(root, 'docs/guide/adapters.md'), 'utf8')

test('whoever writes an adapter as its guide says has one that keeps the contract and works', async () => {
  await playGuide(guide, `'${process.execPath}' '${join(root, 'bin/soloist.js')}'`, () => undefined)
}, 120_000)
