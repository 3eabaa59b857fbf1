import type { DatabaseSync } from 'node:sqlite'
import { isBroken, sqliteFault } from '../store/sqlite-fault.ts'
import type { Seq } from '../store/tables.ts'
import { type IndexFile, openIndexFile, removeIndexFile } from './index-file.ts'
import { type Ground, takeIn } from './take-in.ts'

/** The index in use: its file is opened, and made, when something is first asked of it. */
export class OpenIndex {
  /** Another number after something was taken out, or the file was made anew. */
  edition = 0
  readonly #ground: Ground
  readonly #path: string
  #file: IndexFile | undefined
  #taking: Promise<Seq> | undefined

  constructor(ground: Ground, path: string) {
    this.#ground = ground
    this.#path = path
  }

  /** Takes in what the journal got since, for all who ask at the same time once. */
  catchUp(): Promise<Seq> {
    return this.ask(() => this.#take())
  }

  /** Asks something of it. What turns out to be broken is thrown away and filled again, and asked once more. Faults: `store.*`. */
  async ask<T>(question: (db: DatabaseSync) => T | Promise<T>): Promise<T> {
    const asked = this.#open()
    try {
      return await question(asked.db)
    } catch (error) {
      if (!isBroken(error)) throw sqliteFault(error, this.#path)
      await this.#taking?.catch(() => undefined)
      if (this.#file === asked) this.#throwAway(asked)
      await this.#take()
      return question(this.#open().db)
    }
  }

  /** Takes something out of it. What is being taken in now may hold some of that. */
  async takeOut(some: (db: DatabaseSync) => Promise<void>): Promise<void> {
    await this.#taking
    await this.ask(some)
    this.edition += 1
  }

  async close(): Promise<void> {
    await this.#taking?.catch(() => undefined)
    this.#file?.db.close()
    this.#file = undefined
  }

  #open(): IndexFile {
    this.#file ??= openIndexFile(this.#path)
    return this.#file
  }

  #take(): Promise<Seq> {
    this.#taking ??= takeIn(this.#ground, this.#open()).finally(() => {
      this.#taking = undefined
    })
    return this.#taking
  }

  #throwAway({ db }: IndexFile): void {
    this.#file = undefined
    db.close()
    removeIndexFile(this.#path)
    this.edition += 1
  }
}
