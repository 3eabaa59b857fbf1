import { z } from 'zod'
import { type Operation, operation } from '../operation.ts'
import { identityBy } from '../queries/identities.ts'
import { who } from './identity-fields.ts'

export const contactOperations: readonly Operation[] = [
  operation({
    name: 'identities.importCsv',
    kind: 'command',
    does: 'Adds people to an audience from a CSV; a dry run only says what would happen.',
    http: { method: 'post', path: '/identities/import' },
    input: z.object({
      csv: z.string().min(1),
      encoding: z.enum(['utf8', 'base64']).default('utf8'),
      source: z.string().max(400).default('the CSV'),
      audience: who,
      dryRun: z.boolean().default(false),
    }),
    output: z.object({
      dryRun: z.boolean(),
      created: z.int().meta({ description: 'New people, who joined' }),
      joined: z.int().meta({ description: 'People we knew, who joined' }),
      known: z.int().meta({ description: 'In the audience already, or out of it, as the row says' }),
      left: z.int().meta({ description: 'Recorded as unsubscribed or bounced, as their row says' }),
      refused: z.array(z.object({ line: z.int(), why: z.string() })),
    }),
    example: { csv: 'name,email\nAna,ana@example.org\n', audience: 'audience:readers', dryRun: true },
    async run(os, { csv, encoding, audience, ...rest }) {
      const content = encoding === 'base64' ? Buffer.from(csv, 'base64') : csv
      const to = await identityBy(os, audience)
      return { dryRun: rest.dryRun, ...(await os.identities.contacts.import({ ...rest, content, audience: to })) }
    },
  }),
]
