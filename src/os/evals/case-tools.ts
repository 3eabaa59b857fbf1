import type { ToolAnswer } from '../../agents/evaluation.ts'
import { missing } from '../../agents/scorer.ts'
import type { ToolOutcome } from '../../models/tool-answers.ts'
import type { Json } from '../../values/json.ts'

/** Answers the tools of one case out of its data: each answer once, the first that fits. */
export class CaseTools {
  #left: readonly ToolAnswer[]

  constructor(answers: readonly ToolAnswer[]) {
    this.#left = answers
  }

  answer(name: string, input: Json): ToolOutcome {
    const found = this.#left.find(
      (one) => one.name === name && (one.input === undefined || missing(one.input, input) === undefined),
    )
    if (!found) return { refused: `There is nothing to be had from ${name} here.` }
    this.#left = this.#left.filter((one) => one !== found)
    return found.refuse === undefined ? { output: found.output ?? null } : { refused: found.refuse }
  }
}
