import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { action, adapter, port } from '../../src/adapters/index.ts'
import { agent, company, workflow } from '../../src/index.ts'
import { commandsOf } from '../../src/os/commands.ts'
import { openParts } from '../../src/os/create.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

// A company with one agent that is code, which lives until its run is done or SOLOIST_CRASH ends it: `node coded-process.ts FOLDER`.
const [folder = ''] = process.argv.slice(2)
const path = join(folder, 'provider.log')
const Text = z.object({ text: z.string() })
const Made = z.object({ made: z.array(z.string()) })

const ledger = port('ledger', {
  book: action({
    does: 'Books.',
    risk: 'internal',
    effect: 'irreversible',
    input: Text,
    output: Text,
    origin: 'system',
  }),
})
const books = adapter(
  ledger,
  { name: 'ledger', secrets: [], timeout: 10_000 as never, connect: () => undefined },
  {
    book: {
      idempotency: 'key',
      async do(_client, { text }, { key }) {
        const done = existsSync(path) ? readFileSync(path, 'utf8') : ''
        if (!done.includes(key)) appendFileSync(path, `${key} ${text}\n`)
        return { text: `booked ${text}` }
      },
    },
  },
)
const clerk = agent({
  name: 'clerk',
  version: 1,
  does: 'Books.',
  input: Text,
  output: Made,
  tier: 'standard',
  instructions: './clerk.md',
  run: './clerk.ts',
  allow: [ledger.book],
})
const work = workflow({ name: 'work', input: Text }, (flow, input) =>
  flow.task('work', clerk, { text: input.get('text') }),
)
const config = company({
  name: 'Coded',
  operator: { name: 'Op', email: 'op@example.org', timeZone: 'UTC' },
  workflows: [work],
  adapters: [books],
  models: { standard: [scriptedModel(() => ({ output: 'better tea' }))] },
})

const os = commandsOf(await openParts(folder, config, { ...process.env, SOLOIST_VAULT_KEY: 'ab'.repeat(32) }))
const known = await os.store.read.selectFrom('runs').select('id').executeTakeFirst()
const run = known?.id ?? (await os.start('work', { text: 'tea' }, 'operator'))
await os.idle()
const row = await os.store.read
  .selectFrom('runs')
  .select(['state', 'output_seq'])
  .where('id', '=', run)
  .executeTakeFirst()
const [event] = await os.journal.at([row?.output_seq ?? 0])
const output = event?.kind === 'run.done' ? event.payload?.output : null
await os.close()
process.stdout.write(JSON.stringify({ state: row?.state, output }))
