import type { Answer } from '../os/os.ts'
import type { GateView } from '../os/queries/gates.ts'
import type { Json } from '../values/json.ts'

/** How a gate is answered: works on until nothing more is due. */
export type Decide = (gate: StagedGate, answer: Answer) => Promise<void>

/** A gate that is open: what the operator sees, and the answers that they may give. Each works on until nothing more is due. */
export class StagedGate {
  /** All of it, as the desk shows it. */
  readonly view: GateView
  readonly #decide: Decide

  constructor(view: GateView, decide: Decide) {
    this.view = view
    this.#decide = decide
  }

  /** The task that waits at it. */
  get name(): string {
    return this.view.taskName
  }

  /** What the operator is asked. */
  get ask(): string {
    return this.view.card?.ask ?? ''
  }

  /** Exactly what would happen, or be sent. */
  get content(): Json {
    return this.view.card?.content ?? null
  }

  /** The actions that an approval covers. */
  get actions(): readonly string[] {
    return this.view.card?.actions ?? []
  }

  /** How many it would reach; `undefined` where nobody is reached. */
  get reaches(): number | undefined {
    return this.view.card?.recipients?.count
  }

  approve(): Promise<void> {
    return this.#decide(this, { verdict: 'approved' })
  }

  /** Approves other content: given as it is, or as a change of what is shown. Fault: `gate.cannot-edit`. */
  edit(change: (content: Readonly<Record<string, Json>>) => object): Promise<void>
  edit(content: object | string): Promise<void>
  edit(given: ((content: Readonly<Record<string, Json>>) => object) | object | string): Promise<void> {
    const content = typeof given === 'function' ? given(this.content as Readonly<Record<string, Json>>) : given
    return this.#decide(this, { verdict: 'edited', content: JSON.parse(JSON.stringify(content)) as Json })
  }

  /** Sends it back for another try; the comment reaches whoever made it. */
  return(comment: string): Promise<void> {
    return this.#decide(this, { verdict: 'returned', comment })
  }

  reject(reason: string): Promise<void> {
    return this.#decide(this, { verdict: 'rejected', reason })
  }

  /** Answers "Did this go out?" with yes. */
  wentOut(): Promise<void> {
    return this.#decide(this, { verdict: 'went-out' })
  }

  /** Answers "Did this go out?" with no. */
  didNot(): Promise<void> {
    return this.#decide(this, { verdict: 'did-not' })
  }
}
