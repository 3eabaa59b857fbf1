import type { KnowledgeKind } from '../store/memory-rows.ts'

/**
 * What an agent is given of the company's memory before it begins, as lines with their sources. Lengths are in tokens, each the most
 * that its part may take; a part that is left out is not looked for. `Input` are the names of its inputs.
 */
export interface RecallSpec<Input extends string = string> {
  /** What the lines are for, in words: `choose what the next issue is about`. What the agent does, when left out. */
  readonly purpose?: string
  /** A snapshot of the task's subject. */
  readonly snapshot?: number
  /** What is found about the task's subject in its history and in what the run keeps in mind; what this run did itself is left out. */
  readonly history?: readonly Search<Input>[]
  /**
   * Files of knowledge: those named by their path, then those of these kinds, whole as far as they fit. Where neither is given,
   * what is found in all of them by the words of `by`.
   */
  readonly knowledge?: {
    readonly tokens: number
    readonly files?: readonly string[]
    readonly kinds?: readonly KnowledgeKind[]
    readonly by?: readonly Input[]
  }
}

/** One search: by these words and by the words of these inputs. */
export interface Search<Input extends string = string> {
  readonly tokens: number
  readonly words?: string
  readonly by?: readonly Input[]
  /** Only what events of these kinds tell: `gate.decided` are the operator's comments and edits, `task.done` what came out. */
  readonly kinds?: readonly string[]
}

// A fifth of what the smallest context of a current model holds: the rest is for instructions, inputs and the answer.
const mostTokens = 25_000
// Each search is a query of the index before the first turn: some 10 ms.
const mostSearches = 5

/** Throws a RangeError for lengths that are none, or that leave no room for the work. */
export function demandRecall(agent: string, { snapshot = 0, history = [], knowledge }: RecallSpec): void {
  const parts = [snapshot, ...history.map(({ tokens }) => tokens), knowledge?.tokens ?? 0]
  const total = parts.reduce((sum, part) => sum + part, 0)
  if (!parts.every((part) => Number.isSafeInteger(part) && part >= 0) || total > mostTokens)
    throw new RangeError(`${agent} would recall ${total} tokens: whole numbers, and together at most ${mostTokens}`)
  if (history.length > mostSearches)
    throw new RangeError(`${agent} would search its history ${history.length} times: at most ${mostSearches}`)
}
