import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { onTestFinished } from 'vitest'
import { reclaim } from '../../src/executor/reclaim.ts'
import { Worker } from '../../src/executor/worker.ts'
import { contentDigest } from '../../src/os/archive/digest.ts'
import { readHeader } from '../../src/os/archive/format.ts'
import { passphraseKey } from '../../src/os/archive/passphrase.ts'
import { openBackups } from '../../src/os/backup/backups.ts'
import { openChores } from '../../src/os/chores.ts'
import { type Company, commandsOf } from '../../src/os/commands.ts'
import { openMode } from '../../src/os/company-mode.ts'
import { type CompanySpec, company } from '../../src/os/config.ts'
import { openDegrading } from '../../src/os/degraded/degrading.ts'
import { openDistilling } from '../../src/os/distil/distilling.ts'
import { epochOf } from '../../src/os/epoch.ts'
import { settleHome } from '../../src/os/home.ts'
import { openAdapters } from '../../src/os/open-adapters.ts'
import { openKernel } from '../../src/os/open-kernel.ts'
import type { Os } from '../../src/os/os.ts'
import { placesOf } from '../../src/os/places.ts'
import { openSchedules } from '../../src/os/schedules/schedules.ts'
import { refuseSealed } from '../../src/os/sealed.ts'
import { openWebhooks } from '../../src/os/webhooks/open.ts'
import { takeLock } from '../../src/store/lock.ts'
import { migrations as newest } from '../../src/store/migrations/all.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { openVault } from '../../src/store/vault.ts'
import { makeVaultKey, readVaultKey } from '../../src/store/vault-key.ts'
import { startAnchoring } from '../../src/telemetry/anchoring.ts'
import { openJournal } from '../../src/telemetry/journal.ts'
import { fakeClock } from '../../src/testing/clock.ts'
import { type Clock, instant, seconds } from '../../src/values/time.ts'
import { crowd, letters, officeAdapters, PostOffice, rounds } from './post-office.ts'

export const passphrase = 'correct horse battery staple'

export interface TestCompany extends Company {
  readonly os: Os
  readonly office: PostOffice
  readonly folder: string
}

export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'soloist-archive-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A new company with files of its own in a new folder. */
export async function newCompany(): Promise<TestCompany> {
  const folder = join(tempFolder(), 'ana')
  mkdirSync(join(folder, '.soloist'), { recursive: true })
  mkdirSync(join(folder, 'agents'))
  mkdirSync(join(folder, 'node_modules/heavy'), { recursive: true })
  writeFileSync(join(folder, 'node_modules/heavy/index.js'), '')
  writeFileSync(join(folder, 'soloist.config.ts'), 'export default {}\n')
  writeFileSync(join(folder, 'agents/writer.md'), 'Write as Ana does: žluťoučký kůň.\n', { mode: 0o600 })
  makeVaultKey(join(folder, '.soloist/vault.key'))
  return openCompanyIn(folder)
}

/** Opens a company as `openCompany` does, with a clock that stands still and a post office of its own. */
export async function openCompanyIn(folder: string): Promise<TestCompany> {
  const office = new PostOffice()
  const spec = { workflows: [letters, rounds, crowd], adapters: officeAdapters(office) }
  return { ...(await openParts(folder, spec, fakeClock(instant(Date.UTC(2026, 2, 13, 9))))), office }
}

/** The same with workflows and adapters of a test's own. */
export async function openParts(
  folder: string,
  spec: Pick<CompanySpec, 'workflows' | 'agents' | 'adapters' | 'models'>,
  clock: Clock,
  migrations: readonly string[] = newest,
): Promise<Omit<TestCompany, 'office'>> {
  const operator = { name: 'Ana', email: 'ana@example.org', timeZone: 'UTC' }
  const config = company({ name: 'Ana Writes', operator, ...spec })
  const places = placesOf(folder, config.store.folder)
  const lock = takeLock(places.lock)
  onTestFinished(() => lock.release())
  const key = readVaultKey(places.vaultKey)
  const store = openSqlite(places.database, { migrations })
  onTestFinished(() => store.close())
  await refuseSealed(store)
  const vault = await openVault(store, key, clock)
  const journal = openJournal(store, vault, clock)
  await settleHome({ store, journal, vault, clock, places })
  const mode = await openMode(store, journal, clock)
  const adapters = openAdapters(config, vault, clock, folder)
  const ground = { config, places, store, vault, journal, clock, mode, adapters }
  const kernel = await openKernel({ ...ground, random: () => 0, crash: undefined })
  const epoch = await epochOf(store)
  const anchoring = startAnchoring({ journal, store, clock, path: places.anchors, epoch, onFault: () => undefined })
  await store.write((tx) => kernel.identities.ensureCompany(tx, config.name))
  await store.write((tx) => kernel.queue.abandon(tx))
  await reclaim(kernel)
  const worker = new Worker(kernel, { owner: 'test', concurrency: 4, lease: seconds(30) })
  const schedules = openSchedules({ kernel, config, changed: () => undefined })
  const backups = openBackups({ kernel, config, places })
  const distilling = openDistilling({ kernel, config }, () => undefined)
  const chores = openChores([schedules.chore, ...backups.chores], clock)
  const free = (): number => 2 ** 40
  const degrading = await openDegrading({ kernel, mode, free, changed: () => undefined })
  const parts: Company = {
    kernel,
    config,
    places,
    mode,
    adapters,
    worker,
    schedules,
    backups,
    distilling,
    chores,
    degrading,
    webhooks: await openWebhooks({ kernel, config, chores }),
    anchoring,
    lock,
  }
  return { ...parts, os: commandsOf(parts), folder }
}

/** Starts a letter, and gives its run and the gate that it stops at. */
export async function writeLetter({ os, kernel }: TestCompany, text: string, workflow = 'letters') {
  const run = await os.start(workflow, { text }, 'operator')
  await os.idle()
  const gate = await kernel.store.read
    .selectFrom('gates')
    .select('id')
    .where('run_id', '=', run)
    .executeTakeFirstOrThrow()
  return { run, gate: gate.id }
}

/** Approves a letter that the post office takes without ever answering: its effect stays intended. */
export async function postInVain(opened: TestCompany, text: string) {
  const { run, gate } = await writeLetter(opened, text)
  opened.office.patience = 0
  await opened.os.decide(gate, { verdict: 'approved' })
  opened.os.work()
  await opened.office.hanging.promise
  return { run }
}

/** All that the state says, but what differs from import to import. */
export async function stateOf({ kernel }: Pick<TestCompany, 'kernel'>) {
  const { read } = kernel.store
  return {
    events: await read.selectFrom('events').selectAll().orderBy('seq').execute(),
    runs: await read.selectFrom('runs').selectAll().orderBy('id').execute(),
    tasks: await read.selectFrom('tasks').selectAll().orderBy('id').execute(),
    gates: await read.selectFrom('gates').selectAll().orderBy('id').execute(),
    identities: await read.selectFrom('identities').selectAll().orderBy('id').execute(),
    keys: await read.selectFrom('keys').selectAll().orderBy('name').execute(),
  }
}

/** Makes the passphrase of an archive cheap to try, for tests that import it often: 16 MB in place of 128. */
export async function lighten(archive: string, { kernel }: Pick<TestCompany, 'kernel'>): Promise<void> {
  const connection = new DatabaseSync(archive)
  const put = connection.prepare('UPDATE archive SET value = ? WHERE name = ?')
  put.run('14', 'scrypt.log2N')
  const digest = await contentDigest(connection)
  const under = await passphraseKey(passphrase, readHeader(connection, archive))
  put.run(digest.toString('hex'), 'digest')
  put.run(kernel.vault.sealCompanyKey(under, digest).toString('hex'), 'key')
  connection.close()
}

/** Waits until an archive is being written beside a company: then its snapshot has been taken. */
export async function draftBeside(folder: string): Promise<void> {
  while (draftIn(folder) === undefined) await new Promise((resolve) => setImmediate(resolve))
}

/** The draft of an archive whose snapshot has been taken, if there is one that is not known. */
export function draftIn(folder: string, known: ReadonlySet<string> = new Set()): string | undefined {
  const size = (name: string): number => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0
  return readdirSync(folder).find((name) => name.endsWith('.partial') && !known.has(name) && size(name) > 0)
}
