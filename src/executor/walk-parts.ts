import { sql } from 'kysely'
import type { Part } from '../adapters/adapter.ts'
import type { Tx } from '../store/store.ts'
import type { EffectCause } from '../telemetry/event.ts'
import { askedPause } from '../values/asked-pause.ts'
import { type Fault, fault, isFault } from '../values/fault.ts'
import type { IdentityId } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import { singlePerformerOf } from './act.ts'
import type { Attempt } from './attempt.ts'
import { enter } from './door.ts'
import { type Ask, perform, stepOf } from './effect.ts'
import type { Performed } from './ending.ts'
import type { OpenAdapter } from './kernel.ts'

export type Whole = Omit<Ask, 'how'>

// A server that puts off one recipient may take the next one's mail; one that puts off this many in a row puts off us.
const putOffInARow = 8

/** A walk over the parts of an action, by several hands at once. What stops it, and what it leaves in doubt, stands in it afterwards. */
export class Walk {
  stop: Exclude<Performed, { kind: 'done' }> | undefined
  doubt: Extract<Performed, { kind: 'held' }> | undefined
  /** Set when some parts are to be tried again later, although the others went on. */
  later: Extract<Performed, { kind: 'fault' }> | undefined
  thrown: { readonly error: unknown } | undefined
  readonly #attempt: Attempt
  readonly #whole: Whole
  readonly #because: EffectCause
  readonly #isDue: (step: string) => boolean
  readonly #seen = new Set<string>()
  #door: ReturnType<typeof enter> | undefined
  #putOff = 0

  constructor(attempt: Attempt, whole: Whole, because: EffectCause, isDue: (step: string) => boolean) {
    this.#attempt = attempt
    this.#whole = whole
    this.#because = because
    this.#isDue = isDue
  }

  /** Never throws: the attempt may not end while another hand still has a call in flight. */
  async takeFrom(parts: AsyncIterator<Part>): Promise<void> {
    try {
      while (!this.stop && !this.thrown && !this.#attempt.signal.aborted) {
        const next = await parts.next()
        if (next.done) return
        await this.#take(next.value)
      }
    } catch (error) {
      this.thrown ??= { error }
    }
  }

  /** Whether this walk came by the part of this step. */
  saw(step: string): boolean {
    return this.#seen.has(step)
  }

  async #take(part: Part): Promise<void> {
    const step = `part/${part.key}`
    this.#seen.add(stepOf(this.#attempt, { step }))
    if (!this.#isDue(stepOf(this.#attempt, { step }))) return
    const performer = singlePerformerOf(this.#attempt.kernel, part.action)
    if (isFault(performer)) {
      this.stop = { kind: 'fault', fault: performer }
      return
    }
    if (!this.#passes(performer.open)) return
    const ask: Ask = {
      ...this.#whole,
      ...performer,
      // Only a bad address is this part's own; a refusal of us (a password, a policy) stops the walk and refuses nobody for good.
      settles: (refused) => refused.code === 'mail.refused',
      admit: (tx) => this.#refuseWhoLeft(tx, part),
      step,
      action: part.action,
      subject: part.subject,
      input: part.input as Json,
      cleared: this.#because,
      asIntended: true,
    }
    await this.#note(part, await perform(this.#attempt, ask))
  }

  /** All hands have ended. */
  end(): void {
    if (this.#door?.kind === 'open') this.#door.leave()
  }

  /** The first part asks whether its adapter may be called, for all: several hands would shut each other out. */
  #passes(open: OpenAdapter): boolean {
    // From the second attempt on some part may be in doubt: it waits, whoever waits for it.
    this.#door ??= enter(this.#attempt, open, this.#attempt.task.fence > 1)
    if (this.#door.kind === 'open') return true
    this.stop = this.#door
    return false
  }

  /** Keeps what became of a part, and stops the walk where it says something about all of them. */
  async #note(part: Part, performed: Performed): Promise<void> {
    const { store } = this.#attempt.kernel
    // What is known of this part is kept, whichever of several hands stops the walk.
    if ('also' in performed && performed.also) {
      const { also } = performed
      await store.write(async (tx) => {
        await also(tx)
        if (performed.kind === 'fault' && performed.fault.code === 'mail.refused')
          await this.#bounce(tx, part, performed.fault)
      })
    }
    if (performed.kind === 'done') this.#putOff = 0
    else if (performed.kind === 'held') this.doubt ??= { kind: 'held', gate: performed.gate }
    else if (performed.kind === 'fault') this.#judge(performed.fault)
    else this.stop = performed
  }

  #judge(why: Fault): void {
    if (why.code === 'mail.refused' || why.code === 'newsletter.left') return
    this.#putOff += 1
    const ofUs = why.code !== 'adapter.busy' || askedPause(why) !== undefined || this.#putOff >= putOffInARow
    if (ofUs) this.stop = { kind: 'fault', fault: why }
    else this.later ??= { kind: 'fault', fault: why }
  }

  /** Whoever left since the page of members was read gets nothing: asked in the transaction that would let the mail go. */
  async #refuseWhoLeft(tx: Tx, { member }: Part): Promise<Fault | undefined> {
    if (!member) return undefined
    const { handles, members } = this.#attempt.kernel.identities
    const audience = await handles.resolve(member.audience, tx)
    const { group, rows } = await members.standing(audience, member.identity, tx)
    const left = fault('newsletter.left', { member: member.identity })
    if (rows.length === 0 || rows.some((row) => row.status !== 'active')) return left
    return (await this.#wasReached(tx, member.identity, group)) ? left : undefined
  }

  /** Whoever was merged with another since then gets one letter: as the record that got it first. */
  async #wasReached(tx: Tx, member: IdentityId, group: readonly IdentityId[]): Promise<boolean> {
    const others = group.filter((id) => id !== member)
    if (others.length === 0) return false
    const reached = await tx.db
      .selectFrom('effects')
      .select('key')
      .where('subject', 'in', others)
      // The plus keeps it off the index by task, which would be a walk through all letters of this issue.
      .where(sql<string>`+task_id`, '=', this.#attempt.task.id)
      .where('state', 'in', ['intended', 'done', 'unknown'])
      .executeTakeFirst()
    return reached !== undefined
  }

  async #bounce(tx: Tx, { member }: Part, refused: Fault): Promise<void> {
    if (!member) return
    const { handles, members } = this.#attempt.kernel.identities
    const audience = await handles.resolve(member.audience, tx)
    await members.bounce(tx, { audience, member: member.identity, origin: 'external', why: refused.message })
  }
}
