import { z } from 'zod'
import type { Forgotten } from '../../src/adapters/adapter.ts'
import { type Adapter, action, adapter, type Call, port } from '../../src/adapters/index.ts'
import type { StageClock } from '../../src/testing/stage-clock.ts'
import { fault, Refusal } from '../../src/values/fault.ts'
import type { IdentityId } from '../../src/values/id.ts'
import { microUsd } from '../../src/values/money.ts'
import { later, seconds } from '../../src/values/time.ts'

const Words = z.object({ text: z.string() })
const Letter = z.object({ text: z.string(), to: z.string() })
const Thing = z.object({ id: z.string() })
const Charge = z.object({ text: z.string(), payee: z.string(), cents: z.int() })

/** What the company may do outside: of each risk one, and each told apart by its way to dedupe. */
export const office = port('office', {
  post: action({
    does: 'Posts.',
    risk: 'outward',
    effect: 'irreversible',
    input: Words,
    output: Thing,
    origin: 'system',
  }),
  mail: action({
    does: 'Mails, and calls back what it mailed.',
    risk: 'outward',
    effect: 'reversible',
    input: Letter,
    output: Thing,
    origin: 'system',
  }),
  charge: action({
    does: 'Charges.',
    risk: 'chargeable',
    effect: 'irreversible',
    input: Charge,
    output: Thing,
    origin: 'system',
    amount: ({ cents, payee }) => ({ cost: microUsd(cents * 10_000), payee }),
  }),
  shelve: action({
    does: 'Puts on a shelf.',
    risk: 'internal',
    effect: 'reversible',
    input: Words,
    output: Thing,
    origin: 'system',
  }),
})

/** Something that happened at the provider, whatever the company knows of it. */
export interface Act {
  readonly what: 'did' | 'undid'
  readonly action: string
  readonly key: string
  readonly input: string
  readonly subject: IdentityId | undefined
}

/**
 * How a call goes. `refuses`: no for now; `denies`: no for good; `breaks`: nothing was done, no answer; `cut`: it was done, and the answer
 * lost; `silent`: it was done, and no answer comes; `babbles`: it was done, and the answer makes no sense.
 */
const moods = ['refuses', 'refuses', 'denies', 'breaks', 'breaks', 'cut', 'cut', 'silent', 'babbles'] as const
const patience = seconds(10)

/** The world around a company: it goes on when the company's process dies. */
export class Outside {
  readonly acts: Act[] = []
  /** Of whose act nothing is kept here but that it was done. */
  readonly cleared = new Set<string>()
  readonly adapter: Adapter
  /** While it is shut nothing is done here, and nobody is answered. */
  isShut = false
  /** How much of what is asked of it goes wrong. */
  trouble = 0.2
  readonly #random: () => number
  readonly #clock: StageClock

  constructor(random: () => number, clock: StageClock) {
    this.#random = random
    this.#clock = clock
    const undo = async (_client: unknown, { id }: { id: string }, { subject }: Call): Promise<void> =>
      this.#undo(id, subject)
    const doing = (name: string, dedupes: boolean) => (_client: unknown, input: object, call: Call) =>
      this.#perform(`office.${name}`, input, call, dedupes)
    this.adapter = adapter(
      office,
      {
        name: 'outside',
        secrets: [],
        timeout: patience,
        connect: () => ({}),
        forget: async (_client, whose) => this.#forget(whose),
      },
      {
        post: { idempotency: 'find', do: doing('post', false), find: async (_client, key) => this.#found(key) },
        mail: { idempotency: 'none', do: doing('mail', false), presume: (input) => ({ id: this.#keyOf(input) }), undo },
        charge: { idempotency: 'key', do: doing('charge', true) },
        shelve: { idempotency: 'key', do: doing('shelve', true), undo },
      },
    )
  }

  did(key: string): boolean {
    return this.acts.some((act) => act.key === key && act.what === 'did')
  }

  async #perform(action: string, input: object, call: Call, dedupes: boolean): Promise<{ id: string }> {
    const mood = this.#mood()
    if (mood === 'refuses') throw new Refusal(fault('adapter.busy', { adapter: 'outside', why: '503' }))
    if (mood === 'denies') throw new Refusal(fault('adapter.refused', { adapter: 'outside', action, why: '403' }))
    if (mood === 'breaks') throw new Error('the connection was refused in the middle')
    if (!dedupes || !this.did(call.key))
      this.acts.push({ what: 'did', action, key: call.key, input: JSON.stringify(input), subject: call.subject })
    if (mood === 'cut') throw new Error('the connection was cut')
    if (mood === 'babbles') return 'done!' as never
    if (mood === 'silent') await this.#outlast(call.signal)
    return { id: call.key }
  }

  #mood(): (typeof moods)[number] | 'well' {
    if (this.isShut) return 'breaks'
    if (this.#random() >= this.trouble) return 'well'
    return moods[Math.floor(this.#random() * moods.length)] ?? 'well'
  }

  #found(key: string): { id: string } | undefined {
    if (this.isShut) throw new Error('the connection was refused')
    return this.did(key) ? { id: key } : undefined
  }

  /** What the answer would have been: the operator has looked it up. */
  #keyOf(input: object): string {
    const said = JSON.stringify(input)
    return this.acts.find((act) => act.what === 'did' && act.input === said)?.key ?? 'nothing'
  }

  #undo(id: string, subject: IdentityId | undefined): void {
    if (this.isShut || this.#random() < this.trouble / 4) throw new Error('the connection was cut')
    if (!this.acts.some((act) => act.what === 'undid' && act.key === id))
      this.acts.push({ what: 'undid', action: 'office.shelve', key: id, input: '', subject })
  }

  /** Clears what it can tell to be of someone. */
  #forget({ keys }: Forgotten): number {
    if (this.#mood() !== 'well') throw new Refusal(fault('adapter.busy', { adapter: 'outside', why: '503' }))
    const theirs = this.acts.filter(({ key }) => keys.includes(key))
    for (const { key } of theirs) this.cleared.add(key)
    return theirs.length
  }

  /** Never answers: time passes until whoever called has given up. */
  async #outlast(signal: AbortSignal): Promise<void> {
    this.#clock.set(later(this.#clock.now, patience))
    while (!signal.aborted) await new Promise((resolve) => setImmediate(resolve))
  }
}
