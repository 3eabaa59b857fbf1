import { z } from 'zod'
import { type Operation, operation } from '../operation.ts'
import { identityBy } from '../queries/identities.ts'
import { at, identityId } from './fields.ts'
import { who } from './identity-fields.ts'

export const interactionOperations: readonly Operation[] = [
  operation({
    name: 'identities.note',
    kind: 'command',
    does: 'Records what was said between us and an identity.',
    http: { method: 'post', path: '/identities/{identity}/interactions' },
    input: z.object({
      identity: who,
      text: z.string().min(1).meta({ description: 'The words; a long document belongs behind a pointer' }),
      channel: z.string().trim().min(1).max(60).default('note').meta({ description: 'By which way: mail, call, note' }),
      by: z.enum(['us', 'them']).default('us'),
      speaker: z.string().trim().min(1).max(200).optional().meta({ description: 'Who spoke, where it is one of many' }),
      thread: z.string().trim().min(1).max(1000).optional().meta({ description: 'Names the conversation' }),
      at: at.optional(),
    }),
    output: z.object({ id: identityId, seq: z.int().meta({ description: 'The event that keeps it' }) }),
    example: { identity: 'ana@example.org', text: 'Called: she wants the invoice in May.', channel: 'call' },
    async run(os, { identity, text, channel, by, speaker, thread, at: when }) {
      const id = await identityBy(os, identity)
      const said = {
        ...{ identity: id, channel, by, text },
        // What they said is their text, whoever writes it down.
        origin: by === 'them' ? ('external' as const) : ('operator' as const),
        ...(speaker === undefined ? {} : { who: speaker }),
        ...(thread === undefined ? {} : { thread }),
        ...(when === undefined ? {} : { at: when }),
      }
      return { id, seq: await os.store.write((tx) => os.identities.interactions.record(tx, said)) }
    },
  }),
]
