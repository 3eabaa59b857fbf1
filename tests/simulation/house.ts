import { mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { importCompany } from '../../src/os/archive/import.ts'
import type { Os } from '../../src/os/os.ts'
import { type ConfigFor, MortalCompany } from '../../src/testing/mortal-company.ts'
import type { StageClock } from '../../src/testing/stage-clock.ts'
import { Refusal } from '../../src/values/fault.ts'
import type { Clock } from '../../src/values/time.ts'
import { found } from '../forget/company.ts'
import { kept } from '../replay/replay.ts'
import { leftOf } from './forgetting.ts'
import { misread } from './merging.ts'
import type { Outside } from './outside.ts'
import type { People } from './people.ts'

const passphrase = 'correct horse battery staple'

interface World {
  readonly home: string
  readonly clock: StageClock
  readonly outside: Outside
  readonly people: People
  readonly configFor: ConfigFor
  readonly random: () => number
  /** Hears of laws that are broken. */
  readonly say: (what: string) => void
}

/** Where a company lives: each time that it moves, in another folder, with no other beside it. */
export class House {
  readonly #world: World
  readonly #copies: string[] = []
  #moves = 0

  constructor(world: World) {
    this.#world = world
  }

  /** The folder of the company that is to be opened next. */
  folder(): string {
    this.#moves += 1
    const around = join(this.#world.home, `house-${this.#moves}`)
    mkdirSync(around)
    return join(around, 'company')
  }

  open(folder: string): Promise<MortalCompany> {
    const { clock, configFor } = this.#world
    return MortalCompany.open(folder, configFor, { SOLOIST_CLOCK: clock.path, SOLOIST_VAULT_KEY: '00'.repeat(32) })
  }

  /** The company goes on elsewhere as it was; where it was it takes no more writes. */
  async move(company: MortalCompany): Promise<MortalCompany> {
    const { say } = this.#world
    const [rows, { mode }] = [await rowsOf(company), await company.os.mode()]
    const left = company.os.folder
    const archive = await this.#export(company.os, true)
    const word = { kind: 'person', name: 'One more', origin: 'operator' } as const
    const write = company.os.store.write((tx) => company.os.identities.create(tx, word))
    if ((await codeOf(write)) !== 'store.sealed') say('a company that has moved takes writes where it was')
    await company.close()
    if ((await codeOf(this.open(left))) !== 'store.sealed') say('a company that has moved opens where it was')
    const moved = await this.#arrive(archive)
    if ((await codeOf(this.#import(archive))) !== 'archive.used') say('a company moved twice out of one archive')
    const now = (await moved.os.mode()).mode
    if ((now === 'paused') !== (mode === 'paused')) say(`a company that was ${mode} is ${now} after its move`)
    for (const what of changed(rows, await rowsOf(moved))) say(`a move changed ${what}`)
    rmSync(dirname(left), { recursive: true })
    return moved
  }

  /** The company ends, and a copy of it that was just made takes its place. */
  async replace(company: MortalCompany): Promise<MortalCompany> {
    const left = company.os.folder
    const archive = await this.#export(company.os, false)
    await company.close()
    const copy = await this.#arrive(archive)
    await this.#idles(copy)
    rmSync(dirname(left), { recursive: true })
    return copy
  }

  /** A copy is made, and one of those that were ever made looked at: it does nothing, and knows nobody who was forgotten since. */
  async copy(company: MortalCompany): Promise<MortalCompany> {
    this.#copies.push(await this.#export(company.os, false))
    const last = this.#copies.length - 1
    const nth = this.#world.random() < 0.5 ? last : Math.floor(this.#world.random() * this.#copies.length)
    const copy = await this.#arrive(this.#copies[nth] ?? '')
    await this.#idles(copy)
    for (const what of await leftOf(copy.os, this.#world.people.forgotten)) this.#world.say(`in a copy: ${what}`)
    if (nth === last) for (const what of await misread(copy.os, this.#world.people)) this.#world.say(what)
    await copy.close()
    rmSync(dirname(copy.os.folder), { recursive: true })
    return company
  }

  async #export(os: Os, move: boolean): Promise<string> {
    const { home, people, say } = this.#world
    const folder = join(home, `archive-${this.#moves}-${this.#copies.length}`)
    mkdirSync(folder)
    const archive = join(folder, 'office.soloist')
    await os.export(archive, { move, passphrase })
    const words = people.forgotten.flatMap((person) => person.words)
    for (const where of found([folder], words)) say(`exported after they were forgotten: ${where}`)
    return archive
  }

  async #arrive(archive: string): Promise<MortalCompany> {
    return this.open(await this.#import(archive))
  }

  async #import(archive: string): Promise<string> {
    const { home, clock } = this.#world
    const here: Clock = { now: () => clock.now, wake: () => () => undefined }
    const folder = this.folder()
    await importCompany(archive, folder, passphrase, { clock: here, env: { XDG_STATE_HOME: join(home, 'state') } })
    return folder
  }

  /** Whatever it had under way, it does nothing before its operator says so. */
  async #idles(copy: MortalCompany): Promise<void> {
    const { outside, say } = this.#world
    const before = outside.acts.length
    await copy.idle()
    if ((await copy.os.mode()).mode !== 'paused') say('a copy is not paused')
    if (outside.acts.length > before) say(`a copy did ${outside.acts.at(-1)?.action} before its operator said so`)
  }
}

type Rows = ReadonlyMap<string, readonly string[]>

async function rowsOf({ parts }: MortalCompany): Promise<Rows> {
  const { read } = parts.kernel.store
  // When a run that waits to be let in is looked at again, each start of a company reckons anew.
  const { admissions: _reckoned, ...others } = await kept(parts.kernel)
  const rows = new Map<string, readonly string[]>(Object.entries(others))
  for (const table of ['identities', 'handles', 'facts', 'merges', 'grants', 'interactions', 'keys'] as const) {
    const all = read.selectFrom(table as 'runs').selectAll()
    rows.set(
      table,
      (await all.execute()).map((row) => JSON.stringify(row)),
    )
  }
  return rows
}

/** The rows that are other than before, in a table or two. */
function changed(before: Rows, after: Rows): readonly string[] {
  return [...before].flatMap(([table, rows]) => {
    const now = after.get(table) ?? []
    const [gone, come] = [rows.find((row) => !now.includes(row)), now.find((row) => !rows.includes(row))]
    return gone === come ? [] : [`${table}: before ${gone}, after ${come}`]
  })
}

/** The code of the fault with which something is refused. */
async function codeOf(refused: Promise<unknown>): Promise<string | undefined> {
  return refused.then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof Refusal) return error.fault.code
      throw error
    },
  )
}
