import type { KnowledgeKind } from '../store/memory-rows.ts'
import type { Seq } from '../store/tables.ts'

/** One version of a file of knowledge: a typed head and a Markdown body. Immutable, known by its hash. */
export interface KnowledgeFile {
  /** Relative to the company's `knowledge/`, with slashes: `rules.md`. */
  readonly path: string
  readonly kind: KnowledgeKind
  readonly title: string
  /** What it is good for, in a sentence: what a purpose is matched with. */
  readonly when: string | null
  readonly body: string
  readonly hash: string
  readonly seq: Seq
}

/** The company's rules, templates, policies and playbooks as they are in force. */
export interface Knowledge {
  /** Reads the folder again where it changed; gives what is in force, by path. */
  current(): Promise<ReadonlyMap<string, KnowledgeFile>>
  /** A version that is or was in force. */
  version(hash: string): Promise<KnowledgeFile | undefined>
}
