import { type Agent, agent as agentOf } from '../agents/agent.ts'
import type { RecallSpec } from '../agents/recall-spec.ts'
import { fault } from '../values/fault.ts'
import type { Json } from '../values/json.ts'
import { type Origin, worstOrigin } from '../values/origin.ts'
import type { Schema } from '../values/schema.ts'
import { askedAs, askedFor } from './asked-as.ts'
import { formFrom } from './asked-form.ts'
import type { Attempt } from './attempt.ts'
import { converse } from './converse.ts'
import type { Performed } from './ending.ts'
import type { Pinned } from './pinned-agent.ts'
import { remember } from './remember.ts'
import type { Wish } from './sandbox/message.ts'
import type { Answered } from './sandbox/sandbox.ts'
import { useTool } from './use-tool.ts'
import type { Inputs } from './values.ts'

/** What ends an attempt of code that asked for something. */
export type WishEnd = Exclude<Performed, { kind: 'done' }>

type Granted = Answered<WishEnd>
type WishOf<W extends Wish['what']> = Extract<Wish, { what: W }>

/**
 * What one attempt of code asks for, one after the other. The key of each step is made here, of its place in the order and of what is
 * asked: the code chooses none, and code that asks for something else than last time is stopped before it is given an answer to
 * another question.
 */
export class CodeWishes {
  readonly #attempt: Attempt
  readonly #pinned: Pinned
  readonly #inputs: Inputs
  readonly #known: ReadonlyMap<string, string>
  readonly #sources: Set<number>
  readonly #models = new Set<string>()
  #origin: Origin
  #rung: string | undefined
  #repairs = 0
  #count = 0

  constructor(attempt: Attempt, pinned: Pinned, inputs: Inputs) {
    this.#attempt = attempt
    this.#pinned = pinned
    this.#inputs = inputs
    this.#origin = inputs.origin
    this.#sources = new Set(inputs.sources)
    this.#known = wishesIn(attempt.steps.keys())
  }

  /** The worst of all that the code was given. */
  get origin(): Origin {
    return this.#origin
  }

  get sources(): readonly number[] {
    return [...this.#sources].sort((a, b) => a - b)
  }

  /** The names of the models that answered it. */
  get models(): readonly string[] {
    return [...this.#models]
  }

  /** Where an answer came from that was below the agent's tier; the first such. */
  get rung(): string | undefined {
    return this.#rung
  }

  /** How often a model was asked again because its answer missed the form. */
  get repairs(): number {
    return this.#repairs
  }

  async answer(wish: Wish): Promise<Granted> {
    this.#count += 1
    const { signal } = this.#attempt
    const asked = askedAs(await askedFor(this.#attempt), wish)
    const before = this.#known.get(`${this.#count}`)
    const key = `code/${this.#count}/${asked}`
    if (before !== undefined && before !== asked)
      return this.#fault('sandbox.changed', `wish ${this.#count}, ${wish.what}`)
    signal.throwIfAborted()
    switch (wish.what) {
      case 'model':
        return this.#model(wish, key)
      case 'act':
        return this.#act(wish, key)
      case 'recall':
        return this.#recall(wish, key)
      default:
        return wish satisfies never
    }
  }

  /** A conversation of its own: asked again where the answer misses its form, under the budget and the controls of the task. */
  async #model({ ask, data = {}, output }: WishOf<'model'>, key: string): Promise<Granted> {
    const described: Json = output ?? { type: 'string' }
    const schema = formFrom(described)
    if (typeof schema === 'string') return { kind: 'refused', why: schema }
    const { body, agent, hash } = this.#pinned
    const { recall: _recall, fallback: _fallback, ...own } = body
    const instructions = `${body.instructions.trim()}\n\n${ask}`.trim()
    const asking: Pinned = {
      hash,
      body: { ...own, instructions, output: described, allow: [], code: null },
      agent: asker(agent, schema),
    }
    const origins = Object.fromEntries(Object.keys(data).map((name) => [name, this.#origin]))
    const given: Inputs = { value: data, origins, origin: this.#origin, sources: [...this.#sources] }
    const produced = await converse(this.#attempt, asking, given, `${key}/`)
    if (produced.kind !== 'produced') return { kind: 'end', end: produced }
    this.#take([produced.origin], produced.sources)
    this.#models.add(produced.model)
    this.#rung ??= produced.rung
    this.#repairs += produced.repairs
    return { kind: 'value', value: { output: produced.output, confidence: produced.confidence ?? null } }
  }

  async #act({ action, input }: WishOf<'act'>, key: string): Promise<Granted> {
    const { agent } = this.#pinned
    if (!agent.allow.some(({ name }) => name === action))
      return this.#fault('sandbox.forbidden', `the action ${action}`)
    const call = { name: action, input, id: key }
    const used = await useTool(this.#attempt, agent, call, key, this.#origin, this.sources)
    if (used.kind !== 'outcome') return { kind: 'end', end: used }
    this.#take([used.origin], used.sources)
    const { outcome } = used
    return 'output' in outcome ? { kind: 'value', value: outcome.output } : { kind: 'refused', why: outcome.refused }
  }

  /** What the agent's `recall` asks for; with words, what its `history` may take is searched by them. */
  async #recall({ words }: WishOf<'recall'>, key: string): Promise<Granted> {
    const { body } = this.#pinned
    const recall = words === undefined ? body.recall : searching(body.recall, words)
    if (recall === undefined)
      return this.#fault('sandbox.forbidden', words === undefined ? 'memory' : 'a search of history')
    const pinned = { ...this.#pinned, body: { ...body, recall } }
    const found = await remember(this.#attempt, pinned, this.#inputs, `${key}/`)
    this.#take(found?.origins ?? [], found?.sources ?? [])
    const lines = (found?.lines ?? []).map(({ mark, day, text, origin }) => ({ mark, day, text, origin }))
    return { kind: 'value', value: lines }
  }

  #take(origins: readonly Origin[], sources: readonly number[]): void {
    this.#origin = worstOrigin([this.#origin, ...origins])
    for (const seq of sources) this.#sources.add(seq)
  }

  #fault(code: 'sandbox.forbidden' | 'sandbox.changed', what: string): Granted {
    return { kind: 'end', end: { kind: 'fault', fault: fault(code, { who: this.#pinned.body.name, what }) } }
  }
}

/** What earlier attempts of this round asked for, by its place: `code/3/ab12…` and what is beneath it. */
function wishesIn(keys: Iterable<string>): Map<string, string> {
  const wishes = new Map<string, string>()
  for (const key of keys) {
    const [, place, asked] = /^code\/(\d+)\/([0-9a-f]+)/.exec(key) ?? []
    if (place !== undefined && asked !== undefined) wishes.set(place, asked)
  }
  return wishes
}

/** The agent as the one who asks a model for its code: no tools, and the form that the code wants. */
function asker({ name, version, does, input, tier, lowest, budget }: Agent<unknown, unknown>, output: Schema<unknown>) {
  const limits = { tier, lowest, ...(budget === null ? {} : { budget }) }
  return agentOf({ name, version, does, input, output, instructions: '', ...limits })
}

function searching(recall: RecallSpec | undefined, words: string): RecallSpec | undefined {
  const searches = recall?.history ?? []
  if (searches.length === 0) return undefined
  const tokens = Math.max(...searches.map((search) => search.tokens))
  return { ...(recall?.purpose === undefined ? {} : { purpose: recall.purpose }), history: [{ tokens, words }] }
}
