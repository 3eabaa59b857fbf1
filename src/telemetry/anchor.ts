import { open, readFile } from 'node:fs/promises'
import type { Kysely } from 'kysely'
import { fileFault } from '../store/file-fault.ts'
import type { Tables } from '../store/tables.ts'
import { type Instant, instant } from '../values/time.ts'
import { headOf } from './journal.ts'

/** The journal's head as it was at a time, kept where who changes the store does not reach: cutting before it is found. */
export interface Anchor {
  readonly seq: number
  /** In hexadecimal digits. */
  readonly mac: string
  readonly at: Instant
  /** Grows when a copy of the company is imported; a copy goes its own way from there. */
  readonly epoch: number
}

/**
 * Writes the journal's committed head as a line of JSON at the end of a file, on disk when the promise resolves. `undefined`
 * when there is no event yet. Faults: `store.full`, `store.unwritable`.
 */
export async function anchorHead(
  read: Kysely<Tables>,
  where: { readonly path: string; readonly at: Instant; readonly epoch: number },
): Promise<Anchor | undefined> {
  const head = await headOf.first(read, {})
  if (!head) return undefined
  const anchor = { seq: head.seq, mac: Buffer.from(head.mac).toString('hex'), at: where.at, epoch: where.epoch }
  try {
    await appendLine(where.path, JSON.stringify(anchor))
  } catch (error) {
    throw fileFault(error, where.path)
  }
  return anchor
}

/**
 * The anchors in a file, in their order; none when there is no file. Lines that are not anchors are passed over: the process
 * may have died while it wrote one. Faults: `store.unwritable`.
 */
export async function readAnchors(path: string): Promise<Anchor[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw fileFault(error, path)
  })
  return text.split('\n').flatMap(parseAnchor)
}

async function appendLine(path: string, line: string): Promise<void> {
  const file = await open(path, 'a', 0o600)
  try {
    // The newline comes first, so that what was torn off before cannot spoil this line.
    await file.appendFile(`\n${line}`)
    await file.datasync()
  } finally {
    await file.close()
  }
}

function parseAnchor(line: string): Anchor[] {
  const [, seq, mac, at, epoch] = anchorLine.exec(line) ?? []
  return mac ? [{ seq: Number(seq), mac, at: instant(Number(at)), epoch: Number(epoch) }] : []
}

// Strict, as `appendLine` writes it: half a number is a number too.
const anchorLine = /^\{"seq":(\d{1,15}),"mac":"([0-9a-f]{64})","at":(\d{1,15}),"epoch":(\d{1,9})\}$/
