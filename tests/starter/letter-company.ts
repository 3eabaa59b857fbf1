import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simpleParser } from 'mailparser'
import { openCompany } from '../../src/os/create.ts'
import type { Os } from '../../src/os/os.ts'
import { inbox } from '../../src/os/queries/gates.ts'
import { showRun } from '../../src/os/queries/run.ts'
import { setSharedClock } from '../../src/store/shared-clock.ts'
import { makeVaultKey } from '../../src/store/vault-key.ts'
import type { GateId, RunId } from '../../src/values/id.ts'
import type { Json } from '../../src/values/json.ts'
import { type Duration, type Instant, instant, later } from '../../src/values/time.ts'

export const starter = join(import.meta.dirname, '../../starter')
export const begin = instant(Date.UTC(2026, 2, 13, 9))

/** A copy of the starter, opened for real under a clock that the test moves, with its readers imported. */
export async function openLetterCompany() {
  const folder = mkdtempSync(join(tmpdir(), 'soloist-starter-'))
  cpSync(starter, folder, { recursive: true })
  mkdirSync(join(folder, '.soloist'))
  makeVaultKey(join(folder, '.soloist/vault.key'))
  const clock = join(folder, '.soloist/clock')
  let now: Instant = begin
  setSharedClock(clock, now)
  const os = await openCompany(folder, { SOLOIST_CLOCK: clock })
  await importReaders(os, folder)
  return {
    folder,
    os,
    advance(by: Duration) {
      now = later(now, by)
      setSharedClock(clock, now)
    },
    async start(input: Json = {}): Promise<RunId> {
      const run = await os.start('newsletter', input, 'operator')
      await os.idle()
      return run
    },
    async gate(): Promise<{ id: GateId; content: Json }> {
      const { confirm } = await inbox(os, { limit: 10 })
      const [open] = confirm
      if (!open?.card) throw new Error('no gate is open')
      return { id: open.id, content: open.card.content }
    },
    show: (run: RunId) => showRun(os, run),
    document: (path: string) => readFileSync(join(folder, 'knowledge', path), 'utf8'),
    notes: () => readdirSync(join(folder, 'knowledge/notes')).filter((name) => name.endsWith('.md')),
    letters: () => readLetters(join(folder, 'outbox')),
    async close() {
      await os.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function importReaders(os: Os, folder: string): Promise<void> {
  const audience = await os.store.write(async (tx) => {
    const id = await os.identities.create(tx, { kind: 'audience', name: 'Our readers', origin: 'operator' })
    await os.identities.handles.add(tx, id, 'audience:readers', 'operator')
    return id
  })
  const content = readFileSync(join(folder, 'audience.csv'))
  await os.identities.contacts.import({ source: 'audience.csv', content, audience, dryRun: false })
}

async function readLetters(outbox: string) {
  // The outbox is made with its first letter.
  const names = existsSync(outbox) ? readdirSync(outbox).filter((name) => name.endsWith('.eml')) : []
  return Promise.all(names.map((name) => simpleParser(readFileSync(join(outbox, name)))))
}
