import { operationNamed } from '../../src/os/operations/registry.ts'
import type { Os } from '../../src/os/os.ts'
import { type Fault, Refusal } from '../../src/values/fault.ts'
import type { Json } from '../../src/values/json.ts'

/** What the desk said: an answer, or why not. */
export type Said =
  | { readonly ok: true; readonly answer: Json | undefined }
  | { readonly ok: false; readonly fault: Fault }

/** The way in of an operator: the desk's own operations, and how often what was done, and refused with what. */
export class Desk {
  readonly told = new Map<string, number>()

  /** Asks. A refusal is an answer too; anything else that is thrown is a bug. */
  async ask(os: Os, operation: string, input: Json): Promise<Said> {
    try {
      return { ok: true, answer: await operationNamed(operation).perform(os, input) }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      if (error.fault.code === 'soloist.bug' || error.fault.code === 'input.invalid') throw error
      this.count(`${operation}: ${error.fault.code}`)
      return { ok: false, fault: error.fault }
    }
  }

  /** The same for whom it is all one why not. */
  async call(os: Os, operation: string, input: Json): Promise<Json | undefined> {
    const said = await this.ask(os, operation, input)
    return said.ok ? said.answer : undefined
  }

  count(what: string): void {
    this.told.set(what, (this.told.get(what) ?? 0) + 1)
  }
}
