import { mkdir } from 'node:fs/promises'
import { replaceFile } from '../../adapters/file.ts'
import { inside } from '../../adapters/inside.ts'
import type { Kernel } from '../../executor/kernel.ts'
import type { Knowledge } from '../../memory/knowledge.ts'
import { refuse } from '../../values/fault.ts'
import type { ProposalId } from '../../values/id.ts'
import { decideProposal, readProposal, refuseDecided } from './proposals.ts'
import { versionNamed } from './versions.ts'

/** What the operator does with knowledge. */
export interface KnowledgeDesk extends Pick<Knowledge, 'current' | 'version' | 'wrong' | 'propose'> {
  /** Writes the file and puts it in force. Faults: `input.unknown`, `knowledge.decided`, `knowledge.outdated`, `vault.forgotten`, `store.*`. */
  accept(proposal: ProposalId, why: string): Promise<void>
  /** Faults: `input.unknown`, `knowledge.decided`. */
  refuse(proposal: ProposalId, why: string): Promise<void>
  /**
   * Puts a version in force that was before, by its number or the first digits of its hash. With `discard` also over a file that is
   * no version and would be lost. Faults: `input.unknown`, `knowledge.outdated`, `store.*`.
   */
  restore(path: string, version: string, options: { readonly discard: boolean }): Promise<void>
}

type Parts = Pick<Kernel, 'store' | 'journal' | 'knowledge'>

/** `folder` is the company's `knowledge/`. */
export function openKnowledgeDesk({ store, journal, knowledge }: Parts, folder: string): KnowledgeDesk {
  const { current, version, wrong, propose } = knowledge
  return {
    ...{ current, version, wrong, propose },
    async accept(id, why) {
      const { row, path, text, origin } = await readProposal({ store, journal }, id)
      refuseDecided(row)
      await knowledge.put({
        ...{ path, text, origin, instead: row.base_hash, by: 'proposal', wish: `proposal ${id}` },
        async write() {
          refuseDecided((await readProposal({ store, journal }, id)).row)
          await write(folder, path, text)
        },
        also: (tx) => decideProposal(tx, journal, id, { accepted: true, why, origin: 'operator' }),
      })
    },
    refuse: (id, why) =>
      store.write((tx) => decideProposal(tx, journal, id, { accepted: false, why, origin: 'operator' })),
    async restore(path, named, { discard }) {
      const hash = await versionNamed(store.read, path, named)
      const file = await knowledge.version(hash)
      if (!file) throw new TypeError(`version ${hash} was listed and is not there`)
      const now = (await knowledge.current()).get(path)?.hash ?? null
      const { text, origin } = file
      await knowledge.put({
        ...{ path, text, origin, instead: discard ? 'anything' : now, by: 'restore' },
        wish: `version ${hash.slice(0, 12)}`,
        write: () => write(folder, path, text),
      })
    },
  }
}

async function write(folder: string, path: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const full = (await inside(folder, path)) ?? refuse('document.outside', { path })
  await replaceFile(full, Buffer.from(text, 'utf8'))
}
