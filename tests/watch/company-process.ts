import { cpSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { commandsOf } from '../../src/os/commands.ts'
import { openParts } from '../../src/os/create.ts'
import { loadConfig } from '../../src/os/load-config.ts'
import { showRun } from '../../src/os/queries/run.ts'

// A whole company in a process of its own: runs the first example once, and says which packages of telemetry were loaded.
const [folder = '', telemetry = 'null'] = process.argv.slice(2)
cpSync(join(import.meta.dirname, '../../examples/first-agent'), folder, { recursive: true })
const config = { ...(await loadConfig(folder)), telemetry: JSON.parse(telemetry) }
const os = commandsOf(await openParts(folder, config, { ...process.env, SOLOIST_VAULT_KEY: '00'.repeat(32) }))
const run = await os.start('sort-message', { message: 'The zip is blue.' }, 'operator')
await os.idle()
const { state } = await showRun(os, run)
await os.close()
const loaded = Object.keys(createRequire(import.meta.url).cache).flatMap(
  (path) => /(@opentelemetry\/[\w-]+)/.exec(path)?.[1] ?? [],
)
process.stdout.write(JSON.stringify({ state, loaded: [...new Set(loaded)] }))
