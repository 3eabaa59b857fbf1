import { constants } from 'node:fs'
import { access, mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Refusal, refuse } from '../../values/fault.ts'
import { seconds } from '../../values/time.ts'
import { type Adapter, adapter, type Call } from '../adapter.ts'
import { refuseWhenStopped } from '../answer.ts'
import type { Opened } from '../artifact.ts'
import { createFile } from '../file.ts'
import { safeKey } from '../key.ts'
import { type Mail, mail, type Sent } from '../ports/mail.ts'
import { addressIn, compose, contentHeader, mailHash, messageIdOf, type Sender } from './compose.ts'

/** Where mails are put: a folder within the company's, or an absolute path. `from` is the sender of mails that name none. */
export interface OutboxOptions {
  readonly folder?: string
  readonly from?: Sender
}

/**
 * Mail into a folder: each is one `.eml` file named by its key, for any mail program to open. The default, so that a company
 * can be tried without sending anything. The same key writes once; with other content it is `effect.key-reused`.
 */
export function outbox(options: OutboxOptions = {}): Adapter {
  const sender = options.from ?? 'outbox@localhost.invalid'
  addressIn(sender)
  return adapter(
    mail,
    {
      name: 'outbox',
      secrets: [],
      timeout: seconds(30),
      connect: async ({ folder }) => {
        const place = resolve(folder, options.folder ?? 'outbox')
        await openFolder(place)
        await clearDrafts(place)
        return place
      },
      probe: (place) => openFolder(place),
      open: (place, { externalId }) => letter(place, externalId),
    },
    { send: { idempotency: 'key', do: (place, input, call) => put(place, input, sender, call) } },
  )
}

// A mail is mostly text; one with large attachments is opened in a mail program.
const largestLetter = 2_000_000

async function put(place: string, input: Mail, sender: Sender, call: Call): Promise<Sent> {
  refuseWhenStopped('outbox', 'mail.send', call)
  const name = `${safeKey(call.key)}.eml`
  const path = join(place, name)
  const composed = await compose(input, sender, call)
  if (!(await createFile(path, composed.bytes)) && (await hashIn(path)) !== mailHash(input)) {
    refuse('effect.key-reused', { key: call.key })
  }
  return { messageId: messageIdOf(call.key, input.from ?? sender), accepted: name }
}

/** A mail by the name of its file. What else lies in the folder is none of ours. */
async function letter(place: string, name: string): Promise<Opened> {
  const pointer = `outbox:${name}`
  if (!/^[\w.-]+\.eml$/.test(name) || name.startsWith('.'))
    refuse('pointer.closed', { pointer, why: 'it names no mail' })
  try {
    const file = await open(join(place, name), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const { size } = await file.stat()
      const limit = `${largestLetter} bytes`
      if (size > largestLetter) refuse('input.too-large', { what: pointer, size: `${size} bytes`, limit })
      return { bytes: await file.readFile(), type: 'message/rfc822' }
    } finally {
      await file.close()
    }
  } catch (error) {
    if (error instanceof Refusal) throw error
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') refuse('pointer.gone', { pointer, why: 'its file is not there' })
    return refuse('pointer.closed', { pointer, why: code ?? 'it cannot be read' })
  }
}

async function hashIn(path: string): Promise<string | undefined> {
  const head = (await readFile(path, 'latin1')).split('\r\n\r\n', 1)[0] ?? ''
  // A header this long is folded onto a second line.
  return new RegExp(`^${contentHeader}:\\s+([0-9a-f]{64})$`, 'm').exec(head.replaceAll('\r', ''))?.[1]
}

async function openFolder(place: string): Promise<void> {
  try {
    await mkdir(place, { recursive: true })
    await access(place, constants.W_OK)
  } catch (error) {
    refuse('store.unwritable', { path: place, why: (error as NodeJS.ErrnoException).code ?? 'unknown' })
  }
}

// Drafts of a process that died are no mails: nobody was told of them.
async function clearDrafts(place: string): Promise<void> {
  for (const name of await readdir(place)) if (name.endsWith('.draft')) await rm(join(place, name), { force: true })
}
