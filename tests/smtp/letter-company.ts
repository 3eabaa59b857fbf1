import { rmSync } from 'node:fs'
import { onTestFinished } from 'vitest'
import { audience, smtp } from '../../src/adapters/index.ts'
import type { SmtpOptions } from '../../src/adapters/mail/smtp.ts'
import { decide } from '../../src/executor/decide.ts'
import { type Inbox, openInbox } from '../adapters/smtp-server.ts'
import { openTestCompany, type TestCompany } from '../executor/company.ts'
import { letter, lettersFrom } from './letter.ts'
import { subscribe } from './subscribe.ts'

export type Hooks = Parameters<typeof openInbox>[0]

/** A mail server in this process, closed with the test. */
export async function inbox(hooks: Hooks = {}): Promise<Inbox> {
  const opened = await openInbox(hooks)
  onTestFinished(() => opened.close())
  return opened
}

/** A company with so many readers whose mail goes to the server on this port. */
export async function letterCompany(port: number, readers: number, options: Partial<SmtpOptions> = {}) {
  const company = await openTestCompany({
    workflows: [letter],
    adapters: [smtp({ host: '127.0.0.1', port, from: lettersFrom, ...options }), audience({ from: lettersFrom })],
  })
  onTestFinished(async () => {
    await company.close()
    rmSync(company.folder, { recursive: true, force: true })
  })
  await subscribe(company.kernel, readers)
  return company
}

/** Starts the letter and approves it; nothing has been sent yet. */
export async function approveLetter(company: TestCompany) {
  const run = await company.run('letter', { topic: 'News', audience: 'audience:readers' })
  const [gate] = await company.gates()
  if (!gate) throw new Error('the letter asks nobody')
  await decide(company.kernel, gate.id, { verdict: 'approved' })
  return run
}

/** The addresses that the server took mails for, each as often as it did. */
export const addresses = ({ mails }: Inbox): string[] => mails.map(({ to }) => to).sort()

/** The addresses of so many readers, sorted. */
export function everybody(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `reader${index}@example.org`).sort()
}
