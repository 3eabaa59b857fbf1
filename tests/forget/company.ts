import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { CompanySpec } from '../../src/os/config.ts'
import type { Os } from '../../src/os/os.ts'
import { setSharedClock } from '../../src/store/shared-clock.ts'
import type { GateId, IdentityId, RunId } from '../../src/values/id.ts'
import { instant } from '../../src/values/time.ts'
import { signed } from '../webhooks/company.ts'
import { type Opened, open } from './open.ts'

export const passphrase = 'correct horse battery staple'
const begin = instant(Date.UTC(2026, 2, 13, 9))

function newFolder(): string {
  const home = mkdtempSync(join(tmpdir(), 'soloist-forget-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  const folder = join(home, 'ana')
  mkdirSync(folder)
  setSharedClock(`${home}/clock`, begin)
  return folder
}

/** The same, closed at the end of the test. */
export async function openIn(...given: Parameters<typeof open>): Promise<Opened> {
  const opened = await open(...given)
  const { os } = opened
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => {
    closing ??= os.close()
    return closing
  }
  onTestFinished(close)
  return { ...opened, os: { ...os, close } }
}

export async function newCompany(spec: Partial<CompanySpec> = {}): Promise<Opened> {
  const opened = await openIn(newFolder(), spec)
  const { os } = opened
  await os.store.write(async (tx) => {
    await os.vault.setSecret(tx, 'shop-hook', `whsec_${Buffer.alloc(32, 5).toString('base64')}`)
    await os.vault.setSecret(tx, 'BACKUP_PASSPHRASE', passphrase)
  })
  return opened
}

export async function person({ os }: Opened, name: string, ...handles: readonly string[]): Promise<IdentityId> {
  return os.store.write(async (tx) => {
    const id = await os.identities.create(tx, { kind: 'person', name, origin: 'operator' })
    for (const handle of handles) await os.identities.handles.add(tx, id, handle, 'operator')
    return id
  })
}

export async function readers({ os }: Opened, ...members: readonly IdentityId[]): Promise<IdentityId> {
  return os.store.write(async (tx) => {
    const id = await os.identities.create(tx, { kind: 'audience', name: 'Readers', origin: 'operator' })
    await os.identities.handles.add(tx, id, 'audience:readers', 'operator')
    for (const member of members)
      await os.identities.members.join(tx, { audience: id, member, origin: 'operator', why: 'They asked for it' })
    return id
  })
}

/** Starts a run and works until it waits for the operator; gives the gate. */
export async function startUntilGate({ os }: Opened, workflow: string, input: object) {
  const run = await os.start(workflow, input as never, 'operator')
  await os.idle()
  return { run, gate: await openGate(os, run) }
}

async function openGate(os: Os, run: RunId): Promise<GateId> {
  const gates = os.store.read.selectFrom('gates').select('id').where('run_id', '=', run)
  return (await gates.where('state', '=', 'open').executeTakeFirstOrThrow()).id
}

/** Takes in an event of the shop. */
export async function hook({ os }: Opened, event: object) {
  const { headers, body } = signed(event)
  const sent = new Headers(headers)
  return os.webhooks.receive('shop', { body, header: (name) => sent.get(name) ?? undefined })
}

/** Every file below a folder. */
function filesBelow(folder: string): string[] {
  return (
    readdirSync(folder, { withFileTypes: true, recursive: true })
      // Read while the company runs, it would let the lock go (POSIX); it is empty.
      .filter((entry) => entry.isFile() && entry.name !== 'lock.db')
      .map((entry) => join(entry.parentPath, entry.name))
  )
}

/** Which of these texts a file or a buffer holds: as UTF-8, as UTF-16, and in base64 wherever it begins. */
function textsIn(content: Buffer, texts: readonly string[]): string[] {
  const lower = content.toString('latin1').toLowerCase()
  return texts.filter(
    (text) => spellings(text).some((spelt) => content.includes(spelt)) || lower.includes(text.toLowerCase()),
  )
}

/** `FILE: text` for each text that is in a file below one of these folders. */
export function found(folders: readonly string[], texts: readonly string[]): string[] {
  return folders
    .flatMap(filesBelow)
    .flatMap((path) => textsIn(readFileSync(path), texts).map((text) => `${path}: ${text}`))
}

function spellings(text: string): Buffer[] {
  const bytes = Buffer.from(text, 'utf8')
  const base64 = [0, 1, 2].map((shift) => {
    const coded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64')
    // Without the ends, which depend on what stands before and after.
    return Buffer.from(coded.slice(shift === 0 ? 0 : 4, -4))
  })
  return [bytes, Buffer.from(text, 'utf16le'), Buffer.from(text, 'utf16le').swap16(), ...base64]
}
