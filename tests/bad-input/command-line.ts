import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished } from 'vitest'
import { makeVaultKey } from '../../src/store/vault-key.ts'
import { digest } from './digest.ts'

/** The command. */
export const soloist = join(import.meta.dirname, '../../bin/soloist.js')

/** What a command said and how it ended. */
export interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** A company in a folder of its own, and a shell in it: every command is a process, as an operator would type it. */
export class Place {
  readonly folder: string
  readonly uid: number | undefined

  constructor(folder: string, uid?: number) {
    this.folder = folder
    this.uid = uid
  }

  /** Types `soloist …` here, and waits for its end. */
  async type(...argv: readonly string[]): Promise<Said> {
    const child = spawn(process.execPath, [soloist, ...argv], {
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(this.uid === undefined ? {} : { uid: this.uid, gid: this.uid }),
    })
    const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    return { code: code as number, out, err }
  }

  write(name: string, content: string): void {
    writeFileSync(join(this.folder, name), content)
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** All that the company knows, in one line: equal before and after means that nothing was lost or added. */
  digest(): string {
    return digest(join(this.folder, '.soloist', 'company.db'))
  }
}

const header = `
import { agent, company, days, pure, workflow } from 'soloist'
import { adapter, feeds, mail, outbox, readFeeds } from 'soloist/adapters'
import { z } from 'zod'`

/** A config that is right: one workflow, \`hello\`, which asks the operator before it greets somebody by mail. */
export const goodConfig = `${header}
const greet = pure({
  name: 'greet', does: 'Greets.',
  input: z.object({ name: z.string() }), output: mail.actions.send.input,
  run: ({ name }) => ({ to: 'ana@example.org', subject: 'Hello ' + name, text: 'Hello.' }),
})
const hello = workflow({ name: 'hello', input: z.object({ name: z.string() }), deadline: days(1) }, (flow, given) => {
  const draft = flow.task('greet', greet, { name: given.get('name') })
  const yes = flow.gate('look', draft, { ask: 'Send?', kind: 'confirm', covers: [mail.send], within: days(1), otherwise: 'reject' })
  return flow.task('send', mail.send, { to: yes.get('to'), subject: yes.get('subject'), text: yes.get('text') })
})
export default company({
  name: 'Hello', operator: { name: 'Op', email: 'op@example.org', timeZone: 'UTC' },
  workflows: [hello], adapters: [outbox({ from: 'Us <us@example.org>' })],
})
`

/** Makes a company with the good config, in this folder or a temporary one. */
export function place(folder: string = mkdtempSync(join(tmpdir(), 'soloist-bad-'))): Place {
  mkdirSync(join(folder, '.soloist'), { recursive: true, mode: 0o700 })
  makeVaultKey(join(folder, '.soloist', 'vault.key'))
  const made = new Place(folder)
  made.write('soloist.config.ts', goodConfig)
  return made
}

/** The same, removed when the test ends. */
export function placeForTest(): Place {
  const made = place()
  onTestFinished(() => made.remove())
  return made
}

/** Demands one clear message: this code, what happened, what to do next, and no trace of our insides. */
export function expectFault(
  said: Said,
  code: string,
  parts: { exit: number; says: string | RegExp; next: string | RegExp },
): void {
  expect(said.err.match(/^[a-z]+\.[a-z-]+: /gm)).toEqual([`${code}: `])
  expect(said.err).toMatch(parts.says)
  expect(said.err.match(/^Next: .+$/gm)?.join()).toMatch(parts.next)
  expect(said.err).not.toMatch(/^\s+at |node:|undefined|\[object|soloist\.bug/m)
  expect(said.code).toBe(parts.exit)
}

/** A small disk, or nothing where this user may not mount one. */
export function smallDisk(size: string): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'soloist-disk-'))
  onTestFinished(() => {
    spawnSync('umount', ['-l', folder])
    rmSync(folder, { recursive: true, force: true })
  })
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]).status === 0 ? folder : undefined
}

/** Takes all the room that is left on it, by a file whose path is given back. */
export function fill(disk: string): string {
  const filler = join(disk, 'filler')
  const { bavail, bsize } = statfsSync(disk)
  try {
    writeFileSync(filler, Buffer.alloc(bavail * bsize))
  } catch (error) {
    // Whoever works there took some of it in between: it is full all the same.
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
  }
  return filler
}
