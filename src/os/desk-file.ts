import { createHmac, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { diskFault, stateFolder } from './starter-copy.ts'

/** Where a running desk listens, as the CLI of the same user finds it. */
export interface DeskAddress {
  readonly url: string
  readonly pid: number
}

const address = z.object({ url: z.url(), pid: z.int() })
const deskFile = (folder: string): string => join(folder, stateFolder, 'desk.json')
const tokenFile = (folder: string): string => join(folder, stateFolder, 'token')

/** Says where the desk of this company listens. Fault: `store.unwritable`. */
export async function writeDesk(folder: string, desk: DeskAddress): Promise<void> {
  await write(deskFile(folder), `${JSON.stringify(desk)}\n`, 'w')
}

/** Where a desk said that it listens; it may be gone since. `undefined` when none did, or the file cannot be read. */
export async function readDesk(folder: string): Promise<DeskAddress | undefined> {
  if (!existsSync(deskFile(folder))) return undefined
  const parsed = address.safeParse(jsonOrNothing(await readFile(deskFile(folder), 'utf8')))
  return parsed.data
}

export async function removeDesk(folder: string): Promise<void> {
  await rm(deskFile(folder), { force: true })
}

/** The token of this company's desk, readable by this user alone; made the first time. Fault: `store.unwritable`. */
export async function ensureToken(
  folder: string,
  random: (bytes: number) => Uint8Array = randomBytes,
): Promise<string> {
  const there = await readToken(folder)
  if (there !== undefined) return there
  const token = Buffer.from(random(32)).toString('base64url')
  await write(tokenFile(folder), `${token}\n`, 'wx')
  return token
}

/** The token, or `undefined` when no desk ever ran. */
export async function readToken(folder: string): Promise<string | undefined> {
  return existsSync(tokenFile(folder)) ? (await readFile(tokenFile(folder), 'utf8')).trim() : undefined
}

/** What only who has the token can answer to a challenge, without showing it. */
export function deskProof(token: string, challenge: string): string {
  return createHmac('sha256', token).update(`desk ${challenge}`).digest('base64url')
}

async function write(path: string, text: string, flag: 'w' | 'wx'): Promise<void> {
  try {
    await mkdir(join(path, '..'), { recursive: true, mode: 0o700 })
    await writeFile(path, text, { mode: 0o600, flag })
  } catch (error) {
    throw diskFault(error, path)
  }
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
