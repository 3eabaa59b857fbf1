import type { Kernel } from '../../src/executor/kernel.ts'
import type { Row } from '../../src/store/tables.ts'
import type { StoredEvent } from '../../src/telemetry/event.ts'
import type { IdentityId, TaskId } from '../../src/values/id.ts'
import type { Usd } from '../../src/values/money.ts'
import type { Instant } from '../../src/values/time.ts'
import type { Outside } from './outside.ts'
import type { People } from './people.ts'
import { VersionLaws } from './version-laws.ts'

type Known = { readonly [K in StoredEvent['kind']]: Extract<StoredEvent, { kind: K }> }

// An effect that surely did not leave carries no attempt's fence.
const noCall = 0

/** What must hold after each event, however the company lives. Broken laws are sentences. */
export class Laws {
  readonly broken: string[] = []
  readonly #fences = new Map<TaskId, number>()
  readonly #ended = new Set<string>()
  readonly #allowed = new Map<string, 'open' | 'yes' | 'no'>()
  readonly #grants = new Map<string, { uses: number; readonly until: Instant; readonly subject: IdentityId | null }>()
  readonly #intents = new Set<string>()
  readonly #used = new Map<string, Usd>()
  readonly #versions = new VersionLaws((event, what) => this.#say(event, what))
  readonly #people: People
  #pausedAt: number | undefined
  #seq = 0
  #acts = 0

  constructor(people: People) {
    this.#people = people
  }

  /** Looks at all that has happened since the last time: in the journal, at the provider, and in the purses. */
  async look(kernel: Kernel, outside: Outside): Promise<void> {
    for (let more = true; more; ) {
      const events = await kernel.journal.page({ after: this.#seq, limit: 1000 })
      for (const event of events) this.#event(event)
      this.#seq = events.at(-1)?.seq ?? this.#seq
      more = events.length > 0
    }
    this.#outside(outside)
    this.#purses(await kernel.store.read.selectFrom('budgets').selectAll().execute())
  }

  #event(event: StoredEvent): void {
    if (event.payload === null) {
      if (!this.#people.isForgotten(event.subject)) this.#say(event, `it cannot be read, and ${event.subject} is known`)
      return
    }
    this.#versions.take(event)
    if (event.kind === 'company.paused') this.#pausedAt ??= event.at
    else if (event.kind === 'company.resumed') this.#pausedAt = undefined
    else if (event.kind.startsWith('gate.') || event.kind.startsWith('grant.')) this.#permission(event)
    else if (event.kind === 'effect.intended') this.#intent(event as Known['effect.intended'])
    else if (event.task !== null) this.#attempt(event, event.task)
  }

  #permission(event: StoredEvent): void {
    if (event.payload === null) return
    if (event.kind === 'gate.opened') this.#allowed.set(event.payload.gate, 'open')
    if (event.kind === 'gate.decided' || event.kind === 'gate.expired') {
      const { gate } = event.payload
      if (this.#allowed.get(gate) !== 'open') this.#say(event, `${gate} was answered when it was not open`)
      const yes = event.kind === 'gate.decided' && ['approved', 'edited'].includes(event.payload.verdict)
      this.#allowed.set(gate, yes ? 'yes' : 'no')
    }
    if (event.kind === 'grant.given') {
      const { maxUses, expiresAt, subject } = event.payload.terms
      this.#grants.set(event.payload.grant, { uses: maxUses, until: expiresAt, subject })
    }
    if (event.kind === 'grant.withdrawn') this.#grants.delete(event.payload.grant)
    if (event.kind === 'grant.used') {
      const grant = this.#grants.get(event.payload.grant)
      if (!grant || grant.uses < 1 || grant.until <= event.at)
        this.#say(event, `${event.payload.grant} was used when it allowed nothing`)
      if (grant?.subject && !this.#people.areOne(grant.subject, event.subject))
        this.#say(event, `${event.payload.grant} about ${grant.subject} was used for ${event.subject}`)
      if (grant) grant.uses -= 1
    }
  }

  #intent(event: Known['effect.intended']): void {
    if (event.payload === null) return
    const { key, action, because } = event.payload
    if (this.#pausedAt !== undefined) this.#say(event, `${action} was intended while the company was paused`)
    if (this.#intents.has(key)) this.#say(event, `${key} was intended twice`)
    this.#intents.add(key)
    const outward = action !== 'office.shelve'
    if (outward && because.allowed === 'risk') this.#say(event, `${action} was intended, and nobody had allowed it`)
    if (because.allowed === 'gate' && this.#allowed.get(because.gate) !== 'yes')
      this.#say(event, `${action} was intended on ${because.gate}, which had not been approved`)
    if (action === 'office.charge' && because.allowed !== 'gate') this.#say(event, 'money moved without a gate')
  }

  #attempt(event: StoredEvent, task: TaskId): void {
    if (event.payload === null) return
    if (event.kind === 'task.claimed') {
      const { fence } = event.payload
      if (fence <= (this.#fences.get(task) ?? 0)) this.#say(event, `${task} was claimed under an old fence`)
      this.#fences.set(task, fence)
      if (this.#ended.has(task)) this.#say(event, `${task} was claimed after its end`)
    } else if ('fence' in event.payload && ![this.#fences.get(task), noCall].includes(event.payload.fence)) {
      this.#say(event, `${event.kind} under fence ${event.payload.fence}, which is not the last`)
    }
    if (event.kind === 'step.done' && event.payload.model && this.#pausedAt !== undefined) {
      const began = event.payload.startedAt ?? 0
      if (began > this.#pausedAt) this.#say(event, 'a model was called while the company was paused')
    }
    if (event.kind === 'task.done') {
      if (this.#ended.has(task)) this.#say(event, `${task} was done twice`)
      this.#ended.add(task)
    }
    // What was skipped or returned begins anew.
    if (event.kind === 'task.returned' || event.kind === 'task.reworked') this.#ended.delete(task)
  }

  /** Nothing happens twice there, and nothing without its intent being in the journal before. */
  #outside({ acts }: Outside): void {
    for (const act of acts.slice(this.#acts)) {
      const again = acts.filter((other) => other.what === act.what && other.key === act.key)
      if (again.length > 1) this.broken.push(`${act.action} under ${act.key} happened ${again.length} times`)
      if (act.what === 'did' && !this.#intents.has(act.key))
        this.broken.push(`${act.action} under ${act.key} happened, and the journal has no intent of it`)
      if (this.#people.forgotten.some(({ id, address }) => act.subject === id || act.input.includes(address)))
        this.broken.push(`${act.action} under ${act.key} happened to ${act.subject}, who was forgotten`)
      const same = acts.filter((other) => act.what === 'did' && other.input === act.input)
      if (same.length > 1) this.broken.push(`${act.action} of ${act.input} happened ${same.length} times`)
    }
    this.#acts = acts.length
  }

  /** A purse holds what was used of it; only where the operator lowered a limit may more be gone than it says. */
  #purses(rows: readonly Row<'budgets'>[]): void {
    for (const { scope, period, limit_usd: limit, spent, reserved } of rows) {
      const purse = `${scope} ${period}`
      const used = spent + reserved
      const before = this.#used.get(purse) ?? 0
      if (limit !== null && used > limit && used > before) this.broken.push(`${purse}: ${used} of ${limit} are gone`)
      if (spent < 0 || reserved < 0) this.broken.push(`${purse}: less than nothing`)
      this.#used.set(purse, used as Usd)
    }
  }

  #say(event: StoredEvent, what: string): void {
    this.broken.push(`event ${event.seq}: ${what}`)
  }
}
