import { type Adapter, adapter } from '../../adapters/adapter.ts'
import { refuseWhenStopped } from '../../adapters/answer.ts'
import { knowledge as port } from '../../adapters/ports/knowledge.ts'
import type { Kernel } from '../../executor/kernel.ts'
import { derivedId, type EffectKey, type ProposalId } from '../../values/id.ts'
import { seconds } from '../../values/time.ts'
import { decideProposal } from './proposals.ts'

type Parts = Pick<Kernel, 'store' | 'journal' | 'knowledge'>

/**
 * The company's own knowledge behind the port `knowledge`. A proposal made for someone is theirs, and says where it came from: who
 * asked, and whether text from outside had a part in it, stand in the effect's own event. `kernel` is opened after the adapters.
 */
export function ownKnowledge(kernel: () => Parts): Adapter {
  return adapter(
    port,
    {
      name: 'knowledge',
      secrets: [],
      timeout: seconds(30),
      connect: () => undefined,
      probe: async () => {
        await kernel().store.read.selectFrom('knowledge').select('path').limit(1).execute()
      },
    },
    {
      propose: {
        idempotency: 'key',
        async do(_client, input, call) {
          refuseWhenStopped('knowledge', 'knowledge.propose', call)
          const asked = await asker(kernel(), call.key as EffectKey)
          const proposal = await kernel().knowledge.propose({ ...input, ...asked, id: derivedId('prp', call.key) })
          return { proposal }
        },
        undo: (_client, { proposal }) =>
          kernel().store.write(async (tx) => {
            const id = proposal as ProposalId
            const row = await tx.db.selectFrom('proposals').select('state').where('id', '=', id).executeTakeFirst()
            if (row?.state === 'open') await decideProposal(tx, kernel().journal, id, taken)
          }),
      },
    },
  )
}

const taken = { accepted: false, why: 'its run was undone', origin: 'system' } as const

/** Whose effect this is: its subject, run and task, and the worst origin of what it was made of. */
async function asker({ store, journal }: Parts, key: EffectKey) {
  const row = await store.read
    .selectFrom('effects')
    .select(['intended_seq', 'run_id', 'task_id', 'subject'])
    .where('key', '=', key)
    .executeTakeFirst()
  if (!row) throw new TypeError(`the effect ${key} was not intended`)
  const [intent] = await journal.at([row.intended_seq])
  if (!intent) throw new TypeError(`the effect ${key} has no event`)
  return { origin: intent.origin, subject: row.subject, run: row.run_id, task: row.task_id }
}
