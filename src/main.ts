import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { soloist } from './cli/soloist.ts'
import { terminal } from './cli/terminal.ts'

const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8')

// The command `soloist`: what it does not need for this verb is not loaded.
process.exitCode = await soloist({
  ...terminal(),
  version: (JSON.parse(manifest) as { version: string }).version,
  open: async (folder) => (await import('./os/create.ts')).openCompany(folder),
  importCompany: async (archive, folder, passphrase, options) =>
    (await import('./os/archive/import.ts')).importCompany(archive, folder, passphrase, options),
  examine: async (folder, fix) => {
    const { examineClosed } = await import('./os/doctor/examine.ts')
    const { openCompany } = await import('./os/create.ts')
    const { systemClock } = await import('./store/clock.ts')
    return examineClosed({ folder, env: process.env, clock: systemClock(), fix }, () => openCompany(folder))
  },
  serve: async (os, options) => (await import('./api/serve.ts')).serve(os, options),
  starter: fileURLToPath(new URL('../starter', import.meta.url)),
})
