import { z } from 'zod'
import { refuse } from '../../values/fault.ts'
import { companyIdentity } from '../../values/id.ts'
import { type Operation, operation } from '../operation.ts'
import { listSecrets } from '../queries/secrets.ts'

const name = z.string().regex(/^[A-Za-z][\w.-]{0,63}$/, 'is not a name of letters, digits, "_", "." and "-"')

/** Secrets go in and never come out. */
export const secretOperations: readonly Operation[] = [
  operation({
    name: 'secrets.list',
    kind: 'query',
    does: 'Lists the names of secrets, whether they are set, and who needs them; never a value.',
    http: { method: 'get', path: '/secrets' },
    input: z.object({}),
    output: z.object({
      items: z.array(z.object({ name: z.string(), set: z.boolean(), neededBy: z.array(z.string()) })),
    }),
    example: {},
    run: async (os) => ({ items: listSecrets(os) }),
  }),
  operation({
    name: 'secrets.set',
    kind: 'command',
    does: 'Puts a secret into the vault.',
    http: { method: 'put', path: '/secrets/{name}' },
    input: z.object({ name, value: z.string().min(1).max(65_536) }),
    output: z.object({ name }),
    example: { name: 'SMTP_PASSWORD', value: '…' },
    async run(os, secret) {
      await os.store.write(async (tx) => {
        await os.vault.setSecret(tx, secret.name, secret.value)
        await os.journal.append(tx, {
          kind: 'secret.set',
          subject: companyIdentity,
          origin: 'operator',
          payload: { name: secret.name },
        })
      })
      return { name: secret.name }
    },
  }),
  operation({
    name: 'secrets.remove',
    kind: 'command',
    does: 'Removes a secret from the vault.',
    http: { method: 'delete', path: '/secrets/{name}' },
    input: z.object({ name }),
    output: z.object({ name }),
    example: { name: 'SMTP_PASSWORD' },
    async run(os, secret) {
      await os.store.write(async (tx) => {
        const there = await os.vault.removeSecret(tx, secret.name)
        if (!there)
          refuse('input.unknown', { kind: 'secret', name: secret.name, nearest: '', command: 'soloist secret list' })
        await os.journal.append(tx, {
          kind: 'secret.removed',
          subject: companyIdentity,
          origin: 'operator',
          payload: { name: secret.name },
        })
      })
      return { name: secret.name }
    },
  }),
]
