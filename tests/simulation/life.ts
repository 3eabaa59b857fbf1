import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MortalCompany } from '../../src/testing/mortal-company.ts'
import { StageClock } from '../../src/testing/stage-clock.ts'
import { standIns } from '../../src/testing/stand-ins.ts'
import { seeded } from '../../src/values/chance.ts'
import { type Duration, days, hours, type Instant, instant, later, minutes } from '../../src/values/time.ts'
import { Desk } from './desk.ts'
import { unfinished } from './ending.ts'
import { House } from './house.ts'
import { Laws } from './laws.ts'
import { officeConfig, officeModels } from './office.ts'
import { Operator } from './operator.ts'
import { Outside } from './outside.ts'
import { People } from './people.ts'
import type { Place } from './place.ts'
import { Reception } from './reception.ts'

const begin = instant(Date.UTC(2026, 2, 20, 9))

// Of half a day each: longer than any gate, pause or deadline.
const rounds = 40

/** What a life came to. */
export interface Lived {
  /** Laws that were broken, as sentences; a life ends at the first. */
  readonly broken: readonly string[]
  readonly events: number
  readonly runs: number
  readonly acts: number
  readonly deaths: number
  readonly told: Readonly<Record<string, number>>
}

/** One company under a seed: its operator, the world around it, and the moments at which its process dies. */
export class Life {
  readonly #random: () => number
  readonly #home = mkdtempSync(join(tmpdir(), 'soloist-life-'))
  readonly #clock: StageClock
  readonly #outside: Outside
  readonly #operator: Operator
  readonly #people = new People()
  readonly #laws = new Laws(this.#people)
  readonly #desk = new Desk()
  readonly #house: House
  #company!: MortalCompany
  /** In the houses before this one. */
  #deaths = 0

  private constructor(seed: number) {
    // A stream of chance for each, so that one more call of a model moves nothing else.
    const stream = (nth: number): (() => number) => seeded(seed * 1000 + nth)
    this.#random = stream(1)
    this.#clock = new StageClock(join(this.#home, 'clock'), begin)
    this.#outside = new Outside(stream(2), this.#clock)
    const [desk, outside] = [this.#desk, this.#outside]
    const reception = new Reception(stream(5), this.#place())
    this.#operator = new Operator(stream(3), { desk, outside, reception })
    const models = officeModels(stream(4))
    this.#house = new House({
      ...{ home: this.#home, clock: this.#clock, outside, people: this.#people, random: stream(6) },
      say: (what) => this.#laws.broken.push(what),
      configFor: (around) => {
        const config = officeConfig(models, this.#operator.version)
        return { ...config, adapters: standIns([], [outside.adapter], around, config.operator.email) }
      },
    })
  }

  /** Lives so many days, and then lets everything come to its end. */
  static async live(seed: number, length: number): Promise<Lived> {
    const life = new Life(seed)
    try {
      await life.#open()
      for (let day = 0; day < length && life.#laws.broken.length === 0; day += 1) await life.#day()
      return await life.#end()
    } finally {
      await life.#company?.close()
      rmSync(life.#home, { recursive: true, force: true })
    }
  }

  #place(): Place {
    return {
      desk: this.#desk,
      people: this.#people,
      outside: this.#outside,
      say: (what) => this.#laws.broken.push(what),
      within: (act) => this.#company.within(act),
      crashAt: (point) => this.#company.crashAt(point),
      now: () => this.#company.os,
    }
  }

  async #open(): Promise<void> {
    const folder = this.#house.folder()
    mkdirSync(join(folder, 'agents'), { recursive: true })
    for (const agent of ['writer', 'answerer']) writeFileSync(join(folder, `agents/${agent}.md`), 'Write.')
    this.#company = await this.#house.open(folder)
  }

  async #day(): Promise<void> {
    const end = later(this.#clock.now, days(1))
    while (this.#clock.now < end && this.#laws.broken.length === 0) {
      await this.#operator.act(this.#company.os)
      if (this.#random() < 0.06) this.#armDeath()
      if (this.#random() < 0.04) await this.#restart()
      if (this.#random() < 0.03) await this.#move()
      await this.#work()
      await this.#pass(minutes(Math.ceil(this.#random() * 240)))
    }
  }

  #armDeath(): void {
    const when = this.#random() < 0.5 ? 'before' : 'after'
    const what = this.#random() < 0.5 ? 'commit' : 'call'
    this.#company.crashAt({ when, what, nth: Math.ceil(this.#random() * 12) })
  }

  /** The process dies, and the folder has another version of the writer when it comes back. */
  async #restart(): Promise<void> {
    this.#operator.version += 1
    await this.#company.crash()
  }

  /** The company goes on in another place, or a copy of it is looked at. */
  async #move(): Promise<void> {
    const how = (['move', 'replace', 'copy'] as const)[Math.floor(this.#random() * 3)] ?? 'copy'
    this.#desk.count(how)
    const before = this.#company
    this.#company = await this.#house[how](before)
    if (this.#company !== before) this.#deaths += before.deaths
  }

  /** Works until nothing is due, and looks at what has become of it. */
  async #work(): Promise<void> {
    await this.#company.idle()
    await this.#laws.look(this.#company.parts.kernel, this.#outside)
  }

  async #pass(length: Duration): Promise<void> {
    const until = later(this.#clock.now, length)
    while (this.#clock.now < until && this.#laws.broken.length === 0) {
      const due = await this.#company.os.nextDue()
      this.#clock.set(
        due !== undefined && due < until && due > this.#clock.now ? due : (Math.max(until, this.#clock.now) as Instant),
      )
      await this.#work()
    }
  }

  /** The world is well again, nothing is held back, and the operator answers all: then everything has to come to its end. */
  async #end(): Promise<Lived> {
    Object.assign(this.#outside, { isShut: false, trouble: 0 })
    for (let round = 0; round < rounds && this.#laws.broken.length === 0; round += 1) {
      const { os } = this.#company
      if ((await os.mode()).mode === 'paused') await this.#operator.call(os, 'company.resume', { why: 'the end' })
      if (round === 0) await this.#operator.call(os, 'schedules.pause', { name: 'daily' })
      await this.#operator.lift(os)
      for (const scope of ['company', 'workflow:column', 'workflow:answer'])
        await this.#operator.call(os, 'budgets.set', { scope, limit: null })
      await this.#operator.answer(os, 1)
      await this.#operator.retryAll(os)
      // What has failed is tried again first.
      if (round > rounds / 2) await this.#operator.settleDoubts(os)
      await this.#work()
      await this.#pass(hours(12))
    }
    const [{ kernel }, { os }] = [this.#company.parts, this.#company]
    const [outside, people] = [this.#outside, this.#people]
    const left = this.#laws.broken.length > 0 ? [] : await unfinished(kernel, { os, outside, people })
    const count = async (table: 'events' | 'runs'): Promise<number> =>
      (
        await kernel.store.read
          .selectFrom(table)
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .executeTakeFirstOrThrow()
      ).count
    return {
      broken: [...this.#laws.broken, ...left],
      events: await count('events'),
      runs: await count('runs'),
      acts: this.#outside.acts.length,
      deaths: this.#deaths + this.#company.deaths,
      told: Object.fromEntries([...this.#desk.told].sort()),
    }
  }
}
