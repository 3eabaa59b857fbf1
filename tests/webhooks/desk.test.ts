import { rmSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { action, port } from '../../src/adapters/index.ts'
import { webhookVerbs } from '../../src/cli/commands/webhooks.ts'
import { receiptTable, webhookText } from '../../src/cli/render/webhooks.ts'
import { body, starts, webhook, workflow } from '../../src/index.ts'
import { operationNamed } from '../../src/os/operations/registry.ts'
import { listReceipts, listWebhooks } from '../../src/os/queries/webhooks.ts'
import { companyFolder, forge, openHooks, post, serveHooks, shop, signed, welcome } from './company.ts'

async function open(spec: Parameters<typeof openHooks>[1] = {}) {
  const folder = companyFolder()
  const os = await openHooks(folder, spec)
  const served = await serveHooks(os)
  onTestFinished(async () => {
    await served.close()
    await os.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const ask = (name: string, input: object = {}) => operationNamed(name).perform(os, input) as Promise<never>
  return { os, url: served.url, ask }
}

test('the desk lists, adds, removes and replays', async () => {
  const { ask, url } = await open()
  const added = { url: 'https://example.org/told', events: ['run.done', 'gate.opened'], secret: 'out' }
  const { id } = (await ask('webhooks.add', added)) as { id: string }
  await post(url, signed({ id: 'e1', type: 'member.added', data: {} }))
  await post(url, signed({ id: 'e2', type: 'paid', data: { invoice: 'i', amount: 1 } }))
  expect(await ask('webhooks.list')).toMatchObject({
    sources: [
      {
        source: 'shop',
        path: '/hooks/shop',
        scheme: 'standard',
        secretSet: true,
        rules: ['member.added starts welcome', 'paid answers billing.paid'],
      },
      { source: 'forge', lastAt: null },
    ],
    receipts: { failed: 1, kept: 1, unmatched: 0 },
    subscriptions: [{ id, events: ['gate.opened', 'run.done'], payload: 'ids', state: 'live', fault: null }],
  })
  const { items, next } = (await ask('webhooks.receipts', { limit: 1 })) as { items: { event: string }[]; next: string }
  expect(items).toMatchObject([{ event: 'e2', state: 'kept', what: 'billing.paid' }])
  const rest = (await ask('webhooks.receipts', { limit: 1, cursor: next })) as { items: { id: string }[] }
  expect(rest).toMatchObject({ items: [{ event: 'e1', fault: { code: 'input.invalid' } }], next: null })
  await ask('webhooks.replay', { id: rest.items[0]?.id })
  expect(await ask('webhooks.deliveries', { state: 'dead' })).toEqual({ items: [], next: null })
  await ask('webhooks.remove', { subscription: id })
  expect(await ask('webhooks.list')).toMatchObject({ subscriptions: [] })
  await expect(ask('webhooks.replay', { id: 'dlv_0000000000' })).rejects.toMatchObject({
    fault: { code: 'input.unknown' },
  })
  await expect(ask('webhooks.replay', { id: 'hok_0000000000' })).rejects.toMatchObject({
    fault: { code: 'input.unknown' },
  })
  await expect(ask('webhooks.replay', { id: 'run_0000000000' })).rejects.toMatchObject({
    fault: { code: 'input.invalid' },
  })
})

test('the terminal says what came in, what failed and what comes next', async () => {
  const { os, url } = await open()
  await post(url, signed({ id: 'e1', type: 'member.added', data: {} }))
  const view = webhookText(await listWebhooks(os), 'UTC')
  expect(view).toContain('/hooks/shop')
  expect(view).toContain('1 failed, 0 kept for a task')
  const table = receiptTable((await listReceipts(os, { limit: 9 })).items, 'UTC')
  expect(table).toMatch(/input\.invalid: The input of welcome does not fit.*\nNext: /)
  expect(webhookVerbs.map(({ name }) => name)).toEqual(['list', 'add', 'remove', 'receipts', 'deliveries', 'replay'])
})

test('an event that would choose who is written to starts nothing, and doctor says so beforehand', async () => {
  const notes = port('notes', {
    send: action({
      does: 'Sends a note.',
      risk: 'outward',
      effect: 'reversible',
      input: z.object({ to: z.string(), text: z.string() }),
      output: z.object({}),
      content: ['text'],
      recipients: (input) => [input.to],
    }),
  })
  const letter = workflow({ name: 'letter', input: z.object({ to: z.string(), text: z.string() }) }, (flow, input) => {
    const text = flow.gate('read', input.get('text'), { ask: 'Send it?', covers: [notes.send] })
    return flow.task('send', notes.send, { to: input.get('to'), text })
  })
  const rule = starts(letter, { input: { to: body('to'), text: body('text') } })
  const { ask, url, os } = await open({ workflows: [letter], webhooks: [{ ...shop, on: [rule] }] })
  const { checks } = (await ask('company.doctor')) as { checks: { what: string; fault: { code: string } | null }[] }
  const said = checks.find(({ what }) => what === 'webhook shop starts letter')?.fault?.code
  expect(said).toBe('plan.external-control')
  const { said: answer } = await post(url, signed({ id: 'e1', to: 'eve@example.org', text: 'Pay me.' }))
  expect(answer.state).toBe('failed')
  const [failed] = (await listReceipts(os, { limit: 1 })).items
  expect(failed?.fault?.code).toBe(said)
  expect(await os.store.read.selectFrom('runs').selectAll().execute()).toEqual([])
})

test('doctor explains rules that can start nothing, events that failed, and who knocks without the secret', async () => {
  const lost = webhook({
    ...forge,
    on: [{ ...starts(welcome, { input: { name: body('n') } }), workflow: 'welcom' } as never],
  })
  const { ask, url } = await open({ webhooks: [shop, lost] })
  await post(url, signed({ id: 'e1', type: 'member.added', data: {} }))
  await post(url, { ...signed({ id: 'e1' }), body: '{}' })
  const { checks } = (await ask('company.doctor')) as { checks: { what: string; fault: { code: string } | null }[] }
  const told = Object.fromEntries(checks.map(({ what, fault }) => [what, fault?.code ?? 'ok']))
  expect(told).toMatchObject({
    'webhook shop starts welcome': 'ok',
    'webhook forge starts welcom': 'webhook.no-workflow',
    'webhook events': 'webhook.failures',
    'webhook shop is signed': 'webhook.knocking',
    'secret forge-hook': 'ok',
  })
})
