import type { KnowledgeKind } from '../store/memory-rows.ts'
import type { Tx } from '../store/store.ts'
import type { Seq } from '../store/tables.ts'
import type { Fault } from '../values/fault.ts'
import type { ProposalId, RunId } from '../values/id.ts'
import type { Origin } from '../values/origin.ts'
import type { Head } from './knowledge/head.ts'
import type { NewProposal } from './knowledge/proposal.ts'

/** One version of a file of knowledge: a typed head and a Markdown body. Immutable, known by its hash. */
export interface KnowledgeFile {
  /** Relative to the company's `knowledge/`, with slashes: `rules.md`. */
  readonly path: string
  readonly kind: KnowledgeKind
  readonly title: string
  /** What it is good for, in a sentence: what a purpose is matched with. */
  readonly when: string | null
  /** What a reader is given: of a rule its sentence first. */
  readonly body: string
  readonly hash: string
  /** The event that put it in force; of a version that is not in force, the one that published it. */
  readonly seq: Seq
  /** `external` for what text from outside had a part in, until the operator writes it anew. */
  readonly origin: Origin
  /** All that its head says. */
  readonly head: Head
  /** The whole file as it was. */
  readonly text: string
}

/** The company's rules, templates, policies and playbooks as they are in force. */
export interface Knowledge {
  /** Reads the folder again where it changed; gives what is in force, by path. Faults: `store.*`. */
  current(): Promise<ReadonlyMap<string, KnowledgeFile>>
  /** A version that is or was in force. */
  version(hash: string): Promise<KnowledgeFile | undefined>
  /** What is wrong in the folder, by path, as of the last look: `knowledge.invalid`, `input.too-large`. What was in force before still is. */
  wrong(): ReadonlyMap<string, Fault>
  /**
   * Writes down, once for each version, that a run used these (event `knowledge.used`). The pin of a run names the version that it
   * used last.
   */
  pin(tx: Tx, run: RunId, files: readonly Pick<KnowledgeFile, 'path' | 'hash'>[]): Promise<void>
  /**
   * Proposes a new file or another content; the same one that is open already is given again. Faults: `knowledge.invalid`,
   * `input.invalid`, `input.too-large`.
   */
  propose(proposal: NewProposal): Promise<ProposalId>
  /** The folders that the last look went into: what a watch must watch. */
  folders(): readonly string[]
}
