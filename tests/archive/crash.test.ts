import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { importCompany } from '../../src/os/archive/import.ts'
import { makeVaultKey } from '../../src/store/vault-key.ts'
import { Refusal } from '../../src/values/fault.ts'
import { startChild } from '../store/child.ts'
import { openCompanyIn, passphrase, tempFolder } from './company.ts'

const config = `export default {
  name: 'Ana Writes', operator: { name: 'Ana', email: 'ana@example.org', timeZone: 'UTC' }, workflows: [],
}`

/** Moves the company of a folder in a process of its own, which dies after one of its commits. Gives how it ended. */
function moveInChild(folder: string, archive: string, commit: number): Promise<number | string> {
  const script = `
    const { openCompany } = await import('SRC/os/create.ts')
    const os = await openCompany('${folder}')
    await os.export('${archive}', { move: true, passphrase: '${passphrase}' })
    await os.close()`
  return startChild(script, { env: { SOLOIST_CRASH: `after:commit:${commit}` } }).ended
}

test('wherever a move dies, the company lives in exactly one place', async () => {
  const folder = tempFolder()
  const template = join(folder, 'template')
  mkdirSync(join(template, '.soloist'), { recursive: true })
  writeFileSync(join(template, 'soloist.config.ts'), config)
  makeVaultKey(join(template, '.soloist/vault.key'))
  const endings = new Set<string>()
  for (let commit = 1, end: number | string = ''; end !== 0; commit += 1) {
    const home = join(folder, `home-${commit}`)
    const archive = join(folder, `${commit}.soloist`)
    cpSync(template, home, { recursive: true })
    end = await moveInChild(home, archive, commit)
    expect([0, 'SIGKILL']).toContain(end)
    const opened = await openCompanyIn(home).catch((error: unknown) => error)
    const sealed = opened instanceof Refusal
    if (sealed) expect(opened.fault.code).toBe('store.sealed')
    expect(existsSync(archive), `after commit ${commit}`).toBe(sealed)
    if (sealed) {
      expect(readdirSync(folder).filter((name) => name.endsWith('.partial'))).toHaveLength(0)
      await importCompany(archive, join(folder, `away-${commit}`), passphrase)
      const away = await openCompanyIn(join(folder, `away-${commit}`))
      expect(await away.os.mode()).toMatchObject({ mode: 'normal' })
      await away.os.verify()
    }
    endings.add(`${end} ${sealed ? 'sealed' : 'open'}`)
  }
  expect([...endings].sort()).toEqual(['0 sealed', 'SIGKILL open', 'SIGKILL sealed'])
}, 120_000)
