import type { Store, Tx } from '../../store/store.ts'
import type { Journal } from '../../telemetry/journal.ts'
import { type Fault, fault, Refusal, refuse } from '../../values/fault.ts'
import type { Ids } from '../../values/id.ts'
import type { Origin } from '../../values/origin.ts'
import type { Clock } from '../../values/time.ts'
import type { Knowledge, KnowledgeFile } from '../knowledge.ts'
import { type Found, mostSeen, readFile, type Walked, walk } from './folder.ts'
import { type Change, type InForce, readInForce, record } from './force.ts'
import { isWrong, wrongFault } from './head.ts'
import { pin, readFiles, readVersion } from './kept.ts'
import { checkFile, propose } from './proposal.ts'
import { readKnowledge } from './read.ts'
import { versionHash } from './version.ts'

/** What the operator puts in place of what a file is now. */
export interface Put {
  readonly path: string
  readonly text: string
  /** What is in its place now, as far as who puts it knows: a version that is in force, nothing, or whatever is there. */
  readonly instead: string | null | 'anything'
  readonly by: 'proposal' | 'restore'
  readonly origin: Origin
  /** What is put, in words: `proposal prp_…`. */
  readonly wish: string
  /** Writes the file, whole or not at all. */
  write(): Promise<void>
  /** What follows from it, in the same transaction. */
  also?(tx: Tx): Promise<void>
}

/** Knowledge for who may also change it. */
export interface KnowledgeKeeper extends Knowledge {
  /** Writes a file and puts it in force, with nobody in between. Faults: `knowledge.outdated`, `knowledge.invalid`, those of `write`. */
  put(put: Put): Promise<void>
}

export interface KnowledgeGround {
  readonly store: Store
  readonly journal: Journal
  readonly clock: Clock
  readonly ids: Ids
  /** The company's `knowledge/`, absolute. */
  readonly folder: string
}

/** Files of knowledge at most: all that are in force are kept in memory once somebody asks for them. */
const mostFiles = 500

/** The knowledge of a company. Opening reads nothing; the first who asks does. */
export function openKnowledge(ground: KnowledgeGround): KnowledgeKeeper {
  const { store } = ground
  const shelf = new Shelf(ground)
  let files: ReadonlyMap<string, KnowledgeFile> | undefined
  const current = async (): Promise<ReadonlyMap<string, KnowledgeFile>> => {
    if (await shelf.look()) files = undefined
    files ??= await readFiles(store, await shelf.inForce())
    return files
  }
  return {
    current,
    version: (hash) => readVersion(store, hash),
    wrong: () => shelf.wrong,
    folders: () => shelf.folders,
    pin: (tx, run, used) => pin(tx, ground.journal, run, used),
    async propose(proposal) {
      return propose(ground, proposal, (await current()).get(proposal.path))
    },
    async put(put) {
      await shelf.put(put)
      files = undefined
    },
  }
}

/** What is in force, and what the folder was like when it was last looked at. One look at a time. */
class Shelf {
  readonly #ground: KnowledgeGround
  #inForce: InForce | undefined
  #seen = new Map<string, string>()
  #wrong = new Map<string, Fault>()
  #folders: readonly string[] = []
  #last: Promise<unknown> = Promise.resolve()
  #next: Promise<boolean> | undefined

  constructor(ground: KnowledgeGround) {
    this.#ground = ground
  }

  get wrong(): ReadonlyMap<string, Fault> {
    return this.#wrong
  }

  get folders(): readonly string[] {
    return this.#folders
  }

  async inForce(): Promise<InForce> {
    this.#inForce ??= await readInForce(this.#ground.store)
    return this.#inForce
  }

  /** Takes in what changed; true when something did. Those who ask while one look waits for its turn share it. */
  look(): Promise<boolean> {
    this.#next ??= this.#alone(() => {
      this.#next = undefined
      return this.#look()
    })
    return this.#next
  }

  put(put: Put): Promise<void> {
    return this.#alone(async () => {
      const head = await checkFile(put.path, put.text)
      await this.#look()
      const inForce = await this.inForce()
      const now = inForce.get(put.path)?.hash ?? null
      const hash = versionHash(put.path, put.text)
      this.#refuseOutdated(put, now, hash)
      const change: Change = { path: put.path, before: now, hash, version: { path: put.path, head, text: put.text } }
      if (now !== hash || this.#wrong.has(put.path)) await put.write()
      this.#wrong.delete(put.path)
      this.#seen.delete(put.path)
      this.#inForce = await record(this.#ground, inForce, now === hash ? [] : [{ ...change, ...by(put) }], put.also)
    })
  }

  #refuseOutdated({ path, instead, wish }: Put, now: string | null, hash: string): void {
    if (instead === 'anything') return
    const broken = this.#wrong.get(path)
    if (broken)
      refuse('knowledge.outdated', { path, wish, why: `there is something wrong with it now: ${broken.message}` })
    if (now === hash) return
    if (now !== instead) refuse('knowledge.outdated', { path, wish, why: 'it was changed since' })
    if (now === null && this.#seen.has(path))
      refuse('knowledge.outdated', { path, wish, why: 'there is a file by now' })
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => undefined) // whoever asked hears of it; the next one has a turn of its own
    return turn
  }

  async #look(): Promise<boolean> {
    const inForce = await this.inForce()
    const walked = await this.#walk()
    if (!walked) return false
    const seen = new Map<string, string>()
    const wrong = new Map<string, Fault>()
    const changes: Change[] = []
    for (const file of walked.files) {
      seen.set(file.path, file.stamp)
      const kept = this.#wrong.get(file.path)
      if (this.#seen.get(file.path) === file.stamp) {
        if (kept) wrong.set(file.path, kept)
        continue
      }
      const found = await this.#read(file, inForce)
      if (found === 'gone') seen.delete(file.path)
      else if (found !== undefined && 'code' in found) wrong.set(file.path, found)
      else if (found) changes.push(found)
    }
    const gone = walked.more ? [] : [...inForce.keys()].filter((path) => !seen.has(path))
    changes.push(...gone.map((path) => ({ path, before: inForce.get(path)?.hash ?? null, hash: null })))
    if (walked.more) wrong.set('.', tooMany('entries', mostSeen))
    const kept = fitting(changes, inForce, wrong)
    this.#inForce = await record(this.#ground, inForce, kept)
    // What stayed out is read again as soon as there is room for it.
    if (this.#inForce.size < mostFiles)
      for (const [path, { code }] of wrong) if (code === 'input.too-large') seen.delete(path)
    this.#seen = seen
    this.#wrong = wrong
    return kept.length > 0
  }

  async #walk(): Promise<Walked | undefined> {
    try {
      const walked = await walk(this.#ground.folder)
      this.#folders = walked.folders
      return walked
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      this.#wrong = new Map([...this.#wrong, ['.', error.fault]])
      return undefined
    }
  }

  /** What a file that was written makes different; nothing where it is no knowledge, or says the same as before. */
  async #read({ path }: Found, inForce: InForce): Promise<Change | Fault | 'gone' | undefined> {
    const before = inForce.get(path)?.hash ?? null
    const text = await readFile(this.#ground.folder, path)
    if (text === undefined) return 'gone'
    if (typeof text !== 'string' && isWrong(text)) return wrongFault(path, text)
    const hash = typeof text === 'string' ? versionHash(path, text) : null
    if (hash !== null && hash === before) return undefined
    const reading = typeof text === 'string' ? await readKnowledge(text) : ({ is: 'document', said: false } as const)
    if (reading.is === 'wrong') return wrongFault(path, reading.wrong)
    if (reading.is === 'knowledge')
      return { path, before, hash, version: { path, head: reading.head, text: text as string } }
    if (before === null) return undefined
    if (reading.said) return { path, before, hash: null }
    const why = 'it was knowledge and has no head any more'
    const write = 'Write its head back, or a head with "kind: document"'
    return wrongFault(path, { line: 1, why, write })
  }
}

function by({ by: how, origin }: Put): Pick<Change, 'by' | 'origin'> {
  return { by: how, origin }
}

/** What is new beyond the limit stays out, and says so; the others are what is taken in. */
function fitting(changes: readonly Change[], inForce: InForce, wrong: Map<string, Fault>): Change[] {
  let room = mostFiles - inForce.size + changes.filter(({ hash }) => hash === null).length
  return changes.filter(({ path, hash, before }) => {
    if (hash === null || before !== null) return true
    room -= 1
    if (room < 0) wrong.set(path, tooMany('files of knowledge', mostFiles))
    return room >= 0
  })
}

function tooMany(what: string, limit: number): Fault {
  return fault('input.too-large', {
    what: 'The folder knowledge/',
    size: `more than ${limit} ${what}`,
    limit: String(limit),
  })
}
