import { z } from 'zod'
import { type Operation, operation } from '../operation.ts'
import type { Os } from '../os.ts'
import { identityBy } from '../queries/identities.ts'
import { identityId } from './fields.ts'
import { who } from './identity-fields.ts'

const given = {
  encoding: z.enum(['utf8', 'base64']).default('utf8'),
  audience: who.optional().meta({ description: 'Whom they join; without one they are just people' }),
  dryRun: z.boolean().default(false),
}

const row = z.object({
  line: z.int(),
  name: z.string(),
  to: z.enum(['created', 'joined', 'known', 'left']),
  identity: identityId.nullable().meta({ description: 'Who it is; null for someone new in a dry run' }),
  strange: z.array(z.string()).meta({ description: 'Addresses that someone known does not have; they are not added' }),
  disputed: z.array(z.string()).meta({ description: 'Keys under which you said otherwise: yours stands' }),
  alike: z
    .array(z.object({ identity: identityId, evidence: z.array(z.string()), warning: z.boolean() }))
    .meta({ description: 'In a dry run: who someone new may be, or only looks like' }),
})

const report = z.object({
  dryRun: z.boolean(),
  created: z.int().meta({ description: 'New people' }),
  joined: z.int().meta({ description: 'People we knew, who joined' }),
  known: z.int().meta({ description: 'Known already, and in the audience or out of it as the row says' }),
  left: z.int().meta({ description: 'Recorded as unsubscribed or bounced, as their row says' }),
  refused: z.array(z.object({ line: z.int(), why: z.string() })),
  rows: z.array(row).meta({ description: 'The first thousand rows, one by one' }),
})

export const contactOperations: readonly Operation[] = [
  operation({
    name: 'identities.importCsv',
    kind: 'command',
    does: 'Takes in people from a CSV, also into an audience; a dry run only says what would happen.',
    http: { method: 'post', path: '/identities/import' },
    input: z.object({ csv: z.string().min(1), source: z.string().max(400).default('the CSV'), ...given }),
    output: report,
    example: { csv: 'name,email\nAna,ana@example.org\n', audience: 'audience:readers', dryRun: true },
    run: (os, { csv, ...rest }) => takeIn(os, { ...rest, text: csv, format: 'csv' }),
  }),
  operation({
    name: 'identities.importVcard',
    kind: 'command',
    does: 'Takes in people and organisations from vCards (3.0, 4.0); a dry run only says what would happen.',
    http: { method: 'post', path: '/identities/import/vcard' },
    input: z.object({ vcard: z.string().min(1), source: z.string().max(400).default('the vCards'), ...given }),
    output: report,
    example: {
      vcard: 'BEGIN:VCARD\nVERSION:4.0\nFN:Ana\nEMAIL:ana@example.org\nEND:VCARD\n',
      dryRun: true,
    },
    run: (os, { vcard, ...rest }) => takeIn(os, { ...rest, text: vcard, format: 'vcard' }),
  }),
]

interface Given {
  readonly text: string
  readonly format: 'csv' | 'vcard'
  readonly encoding: 'utf8' | 'base64'
  readonly source: string
  readonly audience?: string | undefined
  readonly dryRun: boolean
}

async function takeIn(os: Os, { text, encoding, audience, ...rest }: Given) {
  const content = encoding === 'base64' ? Buffer.from(text, 'base64') : text
  const to = audience === undefined ? {} : { audience: await identityBy(os, audience) }
  return { dryRun: rest.dryRun, ...(await os.identities.contacts.import({ ...rest, ...to, content })) }
}
