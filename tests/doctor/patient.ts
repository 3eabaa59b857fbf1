import { cpSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { commandsOf } from '../../src/os/commands.ts'
import type { Config } from '../../src/os/config.ts'
import { openCompany, openParts } from '../../src/os/create.ts'
import { type Diagnosis, examineClosed } from '../../src/os/doctor/examine.ts'
import { loadConfig } from '../../src/os/load-config.ts'
import { placesOf } from '../../src/os/places.ts'
import { systemClock } from '../../src/store/clock.ts'
import { makeVaultKey } from '../../src/store/vault-key.ts'
import type { Clock } from '../../src/values/time.ts'

/** A company on disk that nothing runs: the first example, in a folder of its own, with a run behind it. */
export async function patient() {
  const home = mkdtempSync(join(tmpdir(), 'soloist-doctor-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  const before = join(home, 'before')
  cpSync(join(import.meta.dirname, '../../examples/first-agent'), before, { recursive: true })
  mkdirSync(join(before, '.soloist'), { mode: 0o700 })
  makeVaultKey(join(before, '.soloist', 'vault.key'))
  const os = await openCompany(before, {})
  await os.start('sort-message', { message: 'The zip is blue.' }, 'operator')
  await os.idle()
  await os.close()
  // Node loads a config once from each place: what a test writes into this one is read.
  const folder = join(home, 'company')
  renameSync(before, folder)
  const places = placesOf(folder, '.soloist')
  const examine = (
    options: { clock?: Clock; fix?: boolean; env?: Record<string, string>; instead?: Partial<Config> } = {},
  ): Promise<Diagnosis> => {
    const { clock = systemClock(), fix = false, env = {}, instead = {} } = options
    return examineClosed({ folder, env, clock, fix }, async () =>
      commandsOf(await openParts(folder, { ...(await loadConfig(folder)), ...instead }, env)),
    )
  }
  return { folder, places, examine }
}

/** The codes of what was found, of one weight or of any. */
export function found({ checks }: Diagnosis, weight?: 'look' | 'wrong'): string[] {
  return checks.flatMap(({ level, fault }) =>
    fault === null || (weight !== undefined && level !== weight) ? [] : [fault.code],
  )
}

/** The names of all checks that came out well. */
export function well({ checks }: Diagnosis): string[] {
  return checks.filter(({ fault }) => fault === null).map(({ what }) => what)
}

/** Every file below a folder with its mode and content. */
export function contents(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true }).map(String).sort()
  return Object.fromEntries(
    paths.map((path) => {
      const status = lstatSync(join(folder, path))
      const content = status.isFile() ? readFileSync(join(folder, path)).toString('base64') : ''
      return [path, `${status.mode} ${content}`]
    }),
  )
}
