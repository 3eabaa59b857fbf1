import { join } from 'node:path'
import { z } from 'zod'
import { audience, outbox } from '../../src/adapters/index.ts'
import { mail } from '../../src/adapters/ports/mail.ts'
import { issueSchema, newsletters } from '../../src/adapters/ports/newsletters.ts'
import { days, pure, workflow } from '../../src/index.ts'
import { type Company, commandsOf } from '../../src/os/commands.ts'
import { type CompanySpec, company } from '../../src/os/config.ts'
import { openParts } from '../../src/os/create.ts'
import type { Os } from '../../src/os/os.ts'
import { shop, welcome } from '../webhooks/company.ts'

const vaultKey = '07'.repeat(32)

const Note = z.object({ who: z.string(), title: z.string(), text: z.string() })
const compose = pure({
  name: 'compose',
  does: 'Composes a letter.',
  input: Note,
  output: z.object({ to: z.string(), subject: z.string(), text: z.string() }),
  run: ({ who, title, text }) => ({ to: who, subject: title, text }),
})
/** A letter to one person: composed, edited by the operator, sent. */
export const letter = workflow({ name: 'letter', input: Note, subject: (note) => note.get('who') }, (flow, note) => {
  const draft = flow.task('compose', compose, {
    who: note.get('who'),
    title: note.get('title'),
    text: note.get('text'),
  })
  const edited = flow.gate('edit', draft, {
    ask: 'Edit it.',
    kind: 'confirm',
    covers: [mail.actions.send],
    within: days(5),
    otherwise: 'reject',
  })
  return flow.task('send', mail.actions.send, {
    to: edited.get('to'),
    subject: edited.get('subject'),
    text: edited.get('text'),
  })
})

const Issue = z.object({ audience: z.string(), issue: issueSchema })
const pass = pure({
  name: 'pass',
  does: 'Passes an issue.',
  input: Issue,
  output: issueSchema,
  run: ({ issue }) => issue,
})
/** An issue to all readers of an audience, whom it is about. */
const round = workflow({ name: 'round', input: Issue, subject: (given) => given.get('audience') }, (flow, given) => {
  const draft = flow.task('pass', pass, { audience: given.get('audience'), issue: given.get('issue') })
  const issue = flow.gate('edit', draft, {
    ask: 'Edit it.',
    kind: 'confirm',
    covers: [newsletters.actions.schedule, newsletters.actions.send],
    within: days(5),
    otherwise: 'reject',
  })
  const campaign = flow.task('schedule', newsletters.actions.schedule, {
    issue,
    audience: given.get('audience'),
    at: null,
  })
  return flow.task('send', newsletters.actions.send, { campaign })
})

/** A company that is open, and its parts. */
export interface Opened {
  readonly os: Os
  readonly parts: Company
  readonly folder: string
}

/** Opens the company in a folder as the composition root does, under the clock beside it. */
export async function open(
  folder: string,
  spec: Partial<CompanySpec> = {},
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<Opened> {
  const config = company({
    name: 'Ana Writes',
    operator: { name: 'Ana', email: 'ana@example.org', timeZone: 'UTC' },
    workflows: [letter, round, welcome],
    adapters: [outbox(), audience({ from: 'ana@example.org' })],
    webhooks: [shop],
    ...spec,
  })
  const around = { ...env, SOLOIST_CLOCK: join(folder, '../clock'), SOLOIST_VAULT_KEY: vaultKey }
  const parts = await openParts(folder, config, around)
  return { os: commandsOf(parts), parts, folder }
}
