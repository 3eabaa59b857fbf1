import type { Answer, Os } from '../../src/os/os.ts'
import { type GateView, inbox } from '../../src/os/queries/gates.ts'
import type { Json } from '../../src/values/json.ts'
import { usd } from '../../src/values/money.ts'
import type { Desk } from './desk.ts'
import { workflows } from './office.ts'
import type { Outside } from './outside.ts'
import type { Reception } from './reception.ts'

type Act = (os: Os) => Promise<unknown>

interface Place {
  readonly desk: Desk
  readonly outside: Outside
  readonly reception: Reception
}

/** The operator: does by chance what operators do, at the desk and nowhere else. What the desk refuses is tried no second time. */
export class Operator {
  readonly #random: () => number
  readonly #outside: Outside
  readonly #desk: Desk
  readonly #reception: Reception
  #topics = 0
  /** Which version of the writer the folder has. */
  version = 1

  constructor(random: () => number, { desk, outside, reception }: Place) {
    this.#random = random
    this.#desk = desk
    this.#outside = outside
    this.#reception = reception
  }

  /** One thing that an operator does in a day. */
  async act(os: Os): Promise<void> {
    const acts: readonly (readonly [weight: number, what: string, act: Act])[] = [
      [34, 'start', (on) => this.#start(on)],
      [34, 'answer', (on) => this.answer(on, 0.7)],
      [5, 'undo', (on) => this.#ofRuns(on, 'done', 'runs.undo', { dryRun: false })],
      [5, 'retry', (on) => this.#ofRuns(on, 'failed', 'runs.retry', {})],
      [2, 'cancel', (on) => this.#ofRuns(on, 'running', 'runs.cancel', { why: 'not now' })],
      [2, 'pause', (on) => this.call(on, 'company.pause', { why: 'a walk' })],
      [4, 'resume', (on) => this.call(on, 'company.resume', { why: 'back' })],
      [4, 'control', (on) => this.#control(on)],
      [5, 'lift', (on) => this.lift(on)],
      [3, 'limit', (on) => this.#limit(on)],
      [3, 'grant', (on) => this.#grant(on)],
      [1, 'withdraw', (on) => this.#withdraw(on)],
      [3, 'canary', (on) => this.#canary(on)],
      [2, 'promote', (on) => this.#ofWriter(on, 'releases.promote', { version: String(this.version) })],
      [1, 'stop trial', (on) => this.#ofWriter(on, 'releases.stop', {})],
      [1, 'withdraw version', (on) => this.#ofWriter(on, 'releases.withdraw', { version: String(this.version) })],
      [1, 'undo release', (on) => this.#ofWriter(on, 'releases.undo', {})],
      [1, 'shut', async () => this.#shut(true)],
      [3, 'open', async () => this.#shut(false)],
      [24, 'person', (on) => this.#reception.act(on)],
    ]
    const [, what, act] = this.#weighed(acts)
    this.#desk.count(what)
    await act(os)
  }

  /** Answers what waits, each gate with this chance. Gives how many were answered. */
  async answer(os: Os, chance: number): Promise<number> {
    const { confirm, batch } = await inbox(os, { limit: 200 })
    let answered = 0
    for (const gate of [...confirm, ...batch]) {
      if (this.#random() >= chance) continue
      await this.call(os, 'gates.decide', { gate: gate.id, answer: this.#answerTo(gate, chance < 1) as Json })
      answered += 1
    }
    return answered
  }

  async lift(os: Os): Promise<void> {
    for (const { id } of os.controls.standing()) await this.call(os, 'controls.lift', { control: id, why: 'over' })
  }

  call(os: Os, operation: string, input: Json): Promise<Json | undefined> {
    return this.#desk.call(os, operation, input)
  }

  /** Of what went out the operator asks the provider; all else they judge by mood, or wave through. */
  #answerTo({ reason, card }: GateView, byMood: boolean): Answer {
    if (reason === 'doubt' && card?.effect)
      return { verdict: this.#outside.did(card.effect.key) ? 'went-out' : 'did-not' }
    const dice = byMood ? this.#random() : 0
    if (dice < 0.7 || reason === 'doubt') return { verdict: 'approved' }
    if (dice < 0.8) return { verdict: 'rejected', reason: 'not like this' }
    if (reason !== 'review') return { verdict: 'approved' }
    if (dice < 0.9) return { verdict: 'returned', comment: 'once more' }
    const shown = (card?.content ?? {}) as Readonly<Record<string, Json>>
    return { verdict: 'edited', content: { ...shown, text: `${shown.text as string}, edited` } }
  }

  /** Tries again all that failed, undoing included. */
  async retryAll(os: Os): Promise<void> {
    for (const state of ['failed', 'undo-held']) {
      const listed = (await this.call(os, 'runs.list', { state, limit: 200 })) as
        | { items: { id: string }[] }
        | undefined
      for (const { id } of listed?.items ?? []) await this.call(os, 'runs.retry', { run: id })
    }
  }

  /** Looks after what may have happened in runs that are over: undoing them settles it. */
  async settleDoubts(os: Os): Promise<void> {
    for (const state of ['cancelled', 'failed']) {
      const { items } = (await this.call(os, 'runs.list', { state, limit: 200 })) as { items: { id: string }[] }
      for (const { id: run } of items) {
        const { inDoubt } = (await this.call(os, 'runs.show', { run })) as { inDoubt: number }
        if (inDoubt > 0) await this.call(os, 'runs.undo', { run, dryRun: false })
      }
    }
  }

  async #start(os: Os): Promise<void> {
    this.#topics += 1
    const workflow = this.#pick(workflows)
    const topic = `topic ${this.#topics}`
    const input = this.#random() < 0.5 ? this.#reception.about(topic) : { topic }
    await this.call(os, 'runs.start', { workflow, input })
  }

  async #ofRuns(os: Os, state: string, operation: string, more: Readonly<Record<string, Json>>): Promise<void> {
    const listed = (await this.call(os, 'runs.list', { state, limit: 50 })) as { items: { id: string }[] } | undefined
    const run = listed && this.#pick(listed.items)
    if (run) await this.call(os, operation, { run: run.id, ...more })
  }

  async #control(os: Os): Promise<void> {
    const scope = this.#pick(['company', 'workflow:column', 'workflow:answer', 'agent:writer', 'provider:alpha'])
    const rule = this.#pick<Json>([
      { kind: 'stop' },
      { kind: 'throttle', runs: 2 },
      { kind: 'throttle', usd: usd(0.01) },
      { kind: 'window', hours: '06:00-09:00' },
      { kind: 'downgrade', tier: 'cheap' },
    ])
    await this.call(os, 'controls.set', { scope, rule, why: 'by mood' })
  }

  async #limit(os: Os): Promise<void> {
    const scope = this.#pick(['company', 'workflow:column', 'workflow:answer'])
    await this.call(os, 'budgets.set', { scope, limit: this.#pick<Json>([usd(0.02), usd(0.1), usd(1), usd(5), null]) })
  }

  async #grant(os: Os): Promise<void> {
    const action = this.#pick(['office.mail', 'office.post', 'office.charge'])
    await this.call(os, 'grants.give', {
      action,
      maxUses: 3,
      days: 5,
      why: 'routine',
      externalOk: this.#random() < 0.7,
    })
  }

  async #canary(os: Os): Promise<void> {
    const version = String(this.version)
    await this.#ofWriter(os, 'releases.canary', { version, share: 40 })
    if (this.#random() < 0.3) await this.#ofWriter(os, 'releases.shadow', { version, limit: usd(0.05) })
  }

  async #ofWriter(os: Os, operation: string, more: Readonly<Record<string, Json>>): Promise<void> {
    await this.call(os, operation, { agent: 'writer', why: 'by mood', ...more })
  }

  async #withdraw(os: Os): Promise<void> {
    const listed = (await this.call(os, 'grants.list', {})) as { items: { id: string }[] } | undefined
    const grant = listed && this.#pick(listed.items)
    if (grant) await this.call(os, 'grants.withdraw', { grant: grant.id })
  }

  #shut(isShut: boolean): void {
    this.#outside.isShut = isShut
  }

  #weighed<T extends readonly [weight: number, ...rest: unknown[]]>(from: readonly T[]): T {
    let left = this.#random() * from.reduce((sum, [weight]) => sum + weight, 0)
    for (const one of from) {
      left -= one[0]
      if (left < 0) return one
    }
    return from[0] as T
  }

  #pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.#random() * from.length)] as T
  }
}
