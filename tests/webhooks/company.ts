import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { hmacSignature, standardSignature } from '../../src/adapters/index.ts'
import { standardHeaders, standardKey } from '../../src/adapters/webhooks/standard.ts'
import { type Served, serve } from '../../src/api/serve.ts'
import { answers, body, type CompanySpec, days, pure, receive, starts, webhook, workflow } from '../../src/index.ts'
import { commandsOf } from '../../src/os/commands.ts'
import { openParts } from '../../src/os/create.ts'
import { loadConfig } from '../../src/os/load-config.ts'
import type { Os } from '../../src/os/os.ts'
import { setSharedClock } from '../../src/store/shared-clock.ts'
import { type Instant, instant } from '../../src/values/time.ts'

export const begin = instant(Date.UTC(2026, 2, 13, 9))
export const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`
export const plainSecret = 'not for everyone'

const greet = pure({
  name: 'greet',
  does: 'Greets.',
  input: z.object({ name: z.string() }),
  output: z.string(),
  run: ({ name }) => `Hello ${name}`,
})
const paid = receive('billing.paid', z.object({ amount: z.int() }))
export const welcome = workflow({ name: 'welcome', input: z.object({ name: z.string() }) }, (flow, input) =>
  flow.task('greet', greet, { name: input.get('name') }),
)
const invoice = workflow({ name: 'invoice', input: z.object({ id: z.string() }) }, (flow, input) =>
  flow.wait('paid', paid, { match: input.get('id'), within: days(14) }),
)
const patient = workflow({ name: 'patient', input: z.object({ id: z.string() }) }, (flow, input) =>
  flow.wait('paid', paid, { match: input.get('id'), within: days(1), otherwise: 'nothing' }),
)

/** What a shop sends: `member.added` welcomes, `paid` answers whoever waits. */
const shopRules = [
  starts(welcome, { when: { at: body('type'), is: 'member.added' }, input: { name: body('data.name') } }),
  answers(paid, {
    when: { at: body('type'), is: 'paid' },
    match: body('data.invoice'),
    data: { amount: body('data.amount') },
  }),
]
export const shop = webhook({
  source: 'shop',
  verify: standardSignature({ secret: 'shop-hook' }),
  id: body('id'),
  subject: { of: body('data.email') },
  on: shopRules,
  rate: { count: 100_000, per: days(1) },
})
export const forge = webhook({
  source: 'forge',
  verify: hmacSignature({ header: 'X-Hub-Signature-256', secret: 'forge-hook', prefix: 'sha256=' }),
  on: [starts(welcome, { input: { name: body('name') } })],
})

const vaultKey = Buffer.alloc(32, 7).toString('hex')
const config = `export default {
  name: 'Hooks', operator: { name: 'Op', email: 'op@example.org', timeZone: 'UTC' }, workflows: [],
}`

/** A folder of a company, with a clock that all its processes share. */
export function companyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'soloist-webhooks-'))
  writeFileSync(join(folder, 'soloist.config.ts'), config)
  mkdirSync(join(folder, '.soloist'))
  setSharedClock(clockOf(folder), begin)
  return folder
}

const clockOf = (folder: string): string => join(folder, 'clock')

/** Moves the time of a folder's company on. */
export function setTime(folder: string, at: Instant): void {
  setSharedClock(clockOf(folder), at)
}

/** Opens the company in a folder as the composition root does, with its secrets in the vault. */
export async function openHooks(
  folder: string,
  spec: Partial<CompanySpec> = {},
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<Os> {
  const instead = { workflows: [welcome, invoice, patient], webhooks: [shop, forge], ...spec }
  const config = { ...(await loadConfig(folder)), ...instead }
  const around = { ...env, SOLOIST_CLOCK: clockOf(folder), SOLOIST_VAULT_KEY: vaultKey }
  const os = commandsOf(await openParts(folder, config, around))
  if (os.vault.secret('shop-hook') === undefined) {
    await os.store.write(async (tx) => {
      await os.vault.setSecret(tx, 'shop-hook', secret)
      await os.vault.setSecret(tx, 'forge-hook', plainSecret)
      await os.vault.setSecret(tx, 'out', secret)
    })
  }
  return os
}

export async function serveHooks(os: Os): Promise<Served> {
  return serve(os, { port: 0 })
}

/** An event as a shop signs it. */
export function signed(event: object, at: Instant = begin, key = secret) {
  const bytes = Buffer.from(JSON.stringify(event))
  const bare = standardKey(key)
  if (!bare) throw new TypeError('no key')
  const headers = { 'content-type': 'application/json', ...standardHeaders(bare, 'msg_1', at / 1000, bytes) }
  return { method: 'POST', headers, body: bytes }
}

/** Posts an event of the shop, and gives the status and the answer. */
export async function post(url: string, init: RequestInit, source = 'shop') {
  const answer = await fetch(`${url}/hooks/${source}`, init)
  return { status: answer.status, said: (await answer.json()) as Record<string, unknown> }
}
